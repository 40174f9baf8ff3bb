'use strict';

/* Numbers in English words. */

const ONES = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen',
  'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const STEPS = [[1e15, 'quadrillion'], [1e12, 'trillion'], [1e9, 'billion'], [1e6, 'million'], [1e3, 'thousand'], [100, 'hundred']];

function whole(number) {
  if (number < 20) return ONES[number];
  if (number < 100) return TENS[Math.floor(number / 10)] + (number % 10 ? `-${ONES[number % 10]}` : '');
  const [step, name] = STEPS.find(([one]) => number >= one);
  const rest = number % step;
  return `${whole(Math.floor(number / step))} ${name}${rest ? ` ${whole(rest)}` : ''}`;
}

/** A number in words; digits after the point are said one by one. */
exports.spelled = function spelled(number) {
  if (number < 0) return `minus ${spelled(-number)}`;
  const [digits, fraction] = String(number).split('.');
  return whole(Number(digits)) + (fraction ? ` point ${[...fraction].map((digit) => ONES[digit]).join(' ')}` : '');
};
