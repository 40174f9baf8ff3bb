'use strict';

/* Reading an expression token by token: what FreeMarker and XPath have in common. */

/**
 * The pattern of a token: one of four kinds, in this order, after blanks.
 *
 * @param {RegExp} mark, quoted, number, name
 */
const patternOf = (mark, quoted, number, name) =>
  new RegExp(`\\s*(?:(${mark.source})|(${quoted.source})|(${number.source})|(${name.source}))`, 'uy');

class Expression {
  /**
   * @param {string} text
   * @param {object} language
   * @param {RegExp} language.pattern of patternOf
   * @param {string[][]} language.levels operators, those that bind least first
   * @param {(text: string) => never} language.wrong
   */
  constructor(text, { pattern, levels, wrong }) {
    this.text = text;
    this.at = 0;
    this.tokens = [];
    this.levels = levels;
    this.wrong = wrong;
    pattern.lastIndex = 0;
    while (pattern.lastIndex < text.trimEnd().length) {
      const match = pattern.exec(text);
      if (!match) wrong(text);
      const [, mark, quoted, number, name] = match;
      this.tokens.push(mark ? { mark } : quoted ? { quoted } : number ? { number: Number(number) } : { name });
    }
  }

  peek(word, ahead = 0) {
    const token = this.tokens[this.at + ahead];
    return token !== undefined && (token.mark === word || token.name === word);
  }

  take(word) {
    if (!this.peek(word)) return false;
    this.at += 1;
    return true;
  }

  expect(word) {
    if (!this.take(word)) this.wrong(this.text);
  }

  done() {
    return this.at >= this.tokens.length;
  }

  name() {
    const { name } = this.tokens[this.at] ?? {};
    if (name === undefined) this.wrong(this.text);
    this.at += 1;
    return name;
  }

  /** Operators of a level and those that bind more; `unary` is the language's own. */
  binary(level = 0) {
    if (level === this.levels.length) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const op = this.levels[level].find((one) => this.peek(one));
      if (!op) return left;
      this.at += 1;
      left = { kind: 'binary', op, left, right: this.rightOf(op, level) };
    }
  }

  rightOf(_op, level) {
    return this.binary(level + 1);
  }
}

Object.assign(exports, { Expression, patternOf });
