/** Markup that needs no further escaping. */
export interface Html {
  readonly markup: string;
}

/** Marks text as markup. Only for text made by this package. */
export function raw(markup: string): Html {
  return { markup };
}

/** Joins pieces of markup. */
export function join(pieces: readonly Html[], separator = "\n"): Html {
  return raw(pieces.map((piece) => piece.markup).join(separator));
}

/** Template tag: values are escaped unless they are {@link Html}. */
export function html(strings: TemplateStringsArray, ...values: readonly (Html | string | number)[]): Html {
  let markup = strings[0] ?? "";
  values.forEach((value, i) => {
    markup += (typeof value === "object" ? value.markup : escape(String(value))) + (strings[i + 1] ?? "");
  });
  return raw(markup);
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
