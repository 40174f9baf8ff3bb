/**
 * What a line costs, in exact decimals.
 *
 * @NApiVersion 2.1
 */
define([], () => {
  // '12.50' becomes { digits: 1250, places: 2 }: whole numbers multiply exactly, binary fractions do not.
  const decimal = (value) => {
    const [whole, fraction = ''] = String(value === null || value === undefined ? 0 : value).split('.');
    return { digits: Number(whole + fraction), places: fraction.length };
  };
  const times = (a, b) => ({ digits: a.digits * b.digits, places: a.places + b.places });
  const oneMinus = (a) => ({ digits: 10 ** a.places - a.digits, places: a.places });

  // Half away from zero, so that 2.345 is 2.35 and -2.345 is -2.35.
  const rounded = (a, places) => {
    if (a.places <= places) return { digits: a.digits * 10 ** (places - a.places), places };
    const unit = 10 ** (a.places - places);
    const half = Math.floor((Math.abs(a.digits) + unit / 2) / unit);
    return { digits: Math.sign(a.digits) * half, places };
  };
  const text = (a) => {
    const digits = String(Math.abs(a.digits)).padStart(a.places + 1, '0');
    const cut = digits.length - a.places;
    const sign = a.digits < 0 ? '-' : '';
    return a.places === 0 ? sign + digits : `${sign}${digits.slice(0, cut)}.${digits.slice(cut)}`;
  };

  /** Unit price after discount. */
  const netRate = (line) => text(times(decimal(line.unitPrice), oneMinus(decimal(line.discount))));

  /** Unit price x quantity x (1 - discount), rounded to the cent. */
  const lineAmount = (line) => {
    const price = times(decimal(line.unitPrice), decimal(line.quantity));
    return text(rounded(times(price, oneMinus(decimal(line.discount))), 2));
  };

  return { netRate, lineAmount };
});
