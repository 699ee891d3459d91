/** What is used of the package, which has no types of its own. */
declare module 'abnf' {
  export type Element =
    | { readonly type: 'caseInsensitveString' | 'caseSensitveString'; readonly str: string }
    | { readonly type: 'range'; readonly first: number; readonly last: number }
    | { readonly type: 'ruleref'; readonly name: string }
    | { readonly type: 'concatenation'; readonly elements: readonly Element[] }
    | { readonly type: 'alternation'; readonly alts: readonly Element[] }
    | { readonly type: 'group'; readonly alt: Element }
    | {
        readonly type: 'repetition';
        readonly rep: { readonly min: number; readonly max: number | null };
        readonly el: Element;
      }
    | { readonly type: 'prose'; readonly str: string };

  export interface Rules {
    /** By their names in upper case. */
    readonly defs: Readonly<Record<string, { readonly name: string; readonly def: Element }>>;
    readonly refs: readonly { readonly name: string }[];
  }

  /** @throws Error that shows where the text is no ABNF (RFC 5234, RFC 7405) */
  export function parseString(text: string, source?: string): Rules;
}
