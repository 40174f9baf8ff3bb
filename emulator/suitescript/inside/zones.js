'use strict';

/* Time zones: the ones N/format lists, and wall clocks in them. */

const { enumOf } = use('inside/api');

const ZONES = [
  'ETC_GMT_PLUS_12', 'PACIFIC_SAMOA', 'PACIFIC_HONOLULU', 'AMERICA_ANCHORAGE', 'AMERICA_LOS_ANGELES',
  'AMERICA_TIJUANA', 'AMERICA_DENVER', 'AMERICA_PHOENIX', 'AMERICA_CHIHUAHUA', 'AMERICA_CHICAGO',
  'AMERICA_REGINA', 'AMERICA_GUATEMALA', 'AMERICA_MEXICO_CITY', 'AMERICA_NEW_YORK', 'US_EAST_INDIANA',
  'AMERICA_BOGOTA', 'AMERICA_CARACAS', 'AMERICA_HALIFAX', 'AMERICA_LA_PAZ', 'AMERICA_MANAUS', 'AMERICA_SANTIAGO',
  'AMERICA_ST_JOHNS', 'AMERICA_SAO_PAULO', 'AMERICA_BUENOS_AIRES', 'ETC_GMT_PLUS_3', 'AMERICA_GODTHAB',
  'AMERICA_MONTEVIDEO', 'AMERICA_NORONHA', 'ETC_GMT_PLUS_1', 'ATLANTIC_AZORES', 'EUROPE_LONDON', 'GMT',
  'ATLANTIC_REYKJAVIK', 'EUROPE_WARSAW', 'EUROPE_PARIS', 'ETC_GMT_MINUS_1', 'EUROPE_AMSTERDAM', 'EUROPE_BUDAPEST',
  'AFRICA_CAIRO', 'EUROPE_ISTANBUL', 'ASIA_JERUSALEM', 'ASIA_AMMAN', 'ASIA_BEIRUT', 'AFRICA_JOHANNESBURG',
  'EUROPE_KIEV', 'EUROPE_MINSK', 'AFRICA_WINDHOEK', 'ASIA_RIYADH', 'EUROPE_MOSCOW', 'ASIA_BAGHDAD',
  'AFRICA_NAIROBI', 'ASIA_TEHRAN', 'ASIA_MUSCAT', 'ASIA_BAKU', 'ASIA_YEREVAN', 'ETC_GMT_MINUS_3', 'ASIA_KABUL',
  'ASIA_KARACHI', 'ASIA_YEKATERINBURG', 'ASIA_TASHKENT', 'ASIA_CALCUTTA', 'ASIA_KATMANDU', 'ASIA_ALMATY',
  'ASIA_DHAKA', 'ASIA_RANGOON', 'ASIA_BANGKOK', 'ASIA_KRASNOYARSK', 'ASIA_HONG_KONG', 'ASIA_KUALA_LUMPUR',
  'ASIA_TAIPEI', 'AUSTRALIA_PERTH', 'ASIA_IRKUTSK', 'ASIA_MANILA', 'ASIA_SEOUL', 'ASIA_TOKYO', 'ASIA_YAKUTSK',
  'AUSTRALIA_DARWIN', 'AUSTRALIA_ADELAIDE', 'AUSTRALIA_SYDNEY', 'AUSTRALIA_BRISBANE', 'AUSTRALIA_HOBART',
  'PACIFIC_GUAM', 'ASIA_VLADIVOSTOK', 'ASIA_MAGADAN', 'PACIFIC_KWAJALEIN', 'PACIFIC_AUCKLAND', 'PACIFIC_TONGATAPU',
];
const SIGNS = { PLUS: '+', MINUS: '-' };

/** AMERICA_ST_JOHNS is America/St_Johns. */
function zoneName(key) {
  if (key === 'GMT') return key;
  const offset = /^ETC_GMT_(PLUS|MINUS)_(\d+)$/.exec(key);
  if (offset) return `Etc/GMT${SIGNS[offset[1]]}${offset[2]}`;
  const [region, ...place] = key.split('_').map((word) => word[0] + word.slice(1).toLowerCase());
  return region === 'Us' ? `US/${place.join('-')}` : `${region}/${place.join('_')}`;
}

const Timezone = enumOf(ZONES, zoneName);

/** A zone of the enum by value or key, any other IANA zone; what is none of these counts as GMT (section_4388843892). */
function zoneOf(value, otherwise) {
  if (value === undefined || value === null) return otherwise;
  const name = Object.hasOwn(Timezone, value) ? Timezone[value] : value;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return name;
  } catch {
    return 'GMT';
  }
}

/** Wall-clock parts of an instant in a zone. */
function inZone(date, timeZone) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  });
  return Object.fromEntries(format.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
}

/** The instant at which a zone's clock shows these parts. */
function fromZone({ year, month, day, hour, minute, second }, timeZone) {
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = (instant) => {
    const at = inZone(new Date(instant), timeZone);
    return Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - instant;
  };
  const guess = wall - offset(wall);
  return new Date(wall - offset(guess));
}

Object.assign(exports, { Timezone, zoneOf, inZone, fromZone });
