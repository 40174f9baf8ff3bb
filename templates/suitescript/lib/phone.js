/**
 * Telephone numbers in E.164 form. The table gives a region's calling code and what is dialled
 * before a national number inside the region (its trunk prefix); Italy and others keep the zero.
 *
 * @NApiVersion 2.1
 * @NModuleScope SameAccount
 */
define(['./values'], (values) => {
  const REGIONS = {
    AE: ['971', '0'],
    AR: ['54', '0'],
    AT: ['43', '0'],
    AU: ['61', '0'],
    BE: ['32', '0'],
    BG: ['359', '0'],
    BR: ['55', '0'],
    CA: ['1', '1'],
    CH: ['41', '0'],
    CL: ['56', ''],
    CN: ['86', '0'],
    CO: ['57', ''],
    CZ: ['420', ''],
    DE: ['49', '0'],
    DK: ['45', ''],
    EE: ['372', ''],
    ES: ['34', ''],
    FI: ['358', '0'],
    FR: ['33', '0'],
    GB: ['44', '0'],
    GR: ['30', ''],
    HK: ['852', ''],
    HR: ['385', '0'],
    HU: ['36', '06'],
    ID: ['62', '0'],
    IE: ['353', '0'],
    IL: ['972', '0'],
    IN: ['91', '0'],
    IS: ['354', ''],
    IT: ['39', ''],
    JP: ['81', '0'],
    KR: ['82', '0'],
    LT: ['370', '0'],
    LU: ['352', ''],
    LV: ['371', ''],
    MX: ['52', ''],
    MY: ['60', '0'],
    NL: ['31', '0'],
    NO: ['47', ''],
    NZ: ['64', '0'],
    PE: ['51', '0'],
    PH: ['63', '0'],
    PL: ['48', ''],
    PT: ['351', ''],
    RO: ['40', '0'],
    RS: ['381', '0'],
    SA: ['966', '0'],
    SE: ['46', '0'],
    SG: ['65', ''],
    SI: ['386', '0'],
    SK: ['421', '0'],
    TH: ['66', '0'],
    TR: ['90', '0'],
    TW: ['886', '0'],
    UA: ['380', '0'],
    US: ['1', '1'],
    VE: ['58', '0'],
    VN: ['84', '0'],
    ZA: ['27', '0']
  };

  /**
   * What is no telephone number stays as it is: a mapping must not lose what a person typed.
   * @param {any} value
   * @param {string} region ISO code of the region that numbers without a country code belong to
   */
  const e164 = (value, region) =>
    values.each(value, (one) => {
      const text = values.asText(one).trim();
      const main = text.replace(/\s*(?:x|ext\.?|#)\s*\d+$/i, '').replace(/\(0\)/, '');
      const digits = main.replace(/[^0-9]/g, '');
      if (/[A-Za-z]/.test(main) || digits.length < 4) return text;
      if (/^\s*\+/.test(main)) return fits(digits) ? '+' + digits : text;
      if (digits.startsWith('00')) return fits(digits.slice(2)) ? '+' + digits.slice(2) : text;
      const rule = REGIONS[region];
      if (!rule) return text;
      const [code, trunk] = rule;
      const national = trunk && digits.startsWith(trunk) ? digits.slice(trunk.length) : digits;
      return fits(code + national) ? '+' + code + national : text;
    });

  /** @param {string} digits */
  const fits = (digits) => digits.length >= 7 && digits.length <= 15;

  return { e164 };
});
