// What the emulator's files are evaluated with (emulator/suitescript/realm.js), typed so that every
// moduleOf('N/x', {...}) is checked against the types of N/x: parameters and their keys, results as far as they are
// built, members and values of enums.

/** A result may lack members: those are refused by name. */
type Built<T> = T extends (...args: infer A) => infer R
  ? (...args: A) => Built<R>
  : T extends number
    ? any // an enum whose values the types do not say, too
    : T extends string
      ? `${T}`
      : T extends boolean | Date | null | undefined | void
        ? T
        : T extends readonly (infer E)[]
          ? readonly Built<E>[]
          : T extends object
            ? { [K in keyof T]?: Built<T[K]> }
            : T;

/** An enum as a plain object: the same keys, the same values. */
type Part<T> = T extends (...args: any[]) => any ? Built<T> : T extends string | number ? Built<T> : Values<T>;
type Values<T> = { [K in keyof T]: T[K] extends string ? `${T[K]}` : any };

type Parts<M> = { [K in keyof M]?: Part<M[K]> };
type Promises<M> = { [K in keyof M]: M[K] extends { promise: any } ? K : never }[keyof M];

interface Api {
  moduleOf<K extends keyof NModules>(id: K, parts: Parts<NModules[K]>, promises?: Promises<NModules[K]>[]): any;
  enumOf<const K extends string>(keys: readonly K[]): { readonly [P in K]: P };
  enumOf<const K extends string>(keys: readonly K[], value: (key: K) => string): { readonly [P in K]: any };
  /** A value that is made when it is first read. */
  lazily<T>(make: () => T): T;
  member: any;
  complete(id: keyof NModules, name: string, type: any): any;
}

interface Errors {
  need<T>(options: T, member: string, ...names: string[]): T;
  fail(name: string, message: string): never;
  refuse(what: string): never;
  SuiteScriptError: any;
  describe: any;
}

declare function use(name: 'inside/api'): Api;
declare function use(name: 'inside/errors'): Errors;
declare function use(name: string): any;
declare const host: any;
declare const exports: any;
