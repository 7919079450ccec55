const CAPTURE = /\{([^{}]*)\}/g;
const NAME = /^[A-Za-z]+$/;
/** A capture, with a number added, subtracted, or that it is subtracted from. */
const SUM = /^(?:(\d+)([+-]))?([A-Za-z]+)(?:([+-])(\d+))?$/;

/** Says whether a tensor's name fits, and what its captures are. */
export type Matcher = (name: string) => Readonly<Record<string, string>> | undefined;

/**
 * A pattern of tensors' names: {name} takes what lies between two dots, the same at every place where it stands; * takes anything
 * without a dot or slash, ** anything.
 * @param where restricts captures to the keys given
 * @throws SyntaxError where braces hold no name
 */
export function compilePattern(pattern: string, where: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): Matcher {
  const seen = new Set<string>();
  const source = pattern.replace(/\{([^{}]*)\}|\*\*|\*|[^{*]+|\{/g, (part, name: string | undefined) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^./]*";
    if (name === undefined && !/[{}]/.test(part)) return escaped(part);
    if (name === undefined || !NAME.test(name)) throw new SyntaxError(`"${part}" holds no name`);
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    const choices = Object.hasOwn(where, name) ? Object.keys(where[name] as object) : undefined;
    const value = choices === undefined ? "[^.]+" : choices.map(escaped).join("|");
    return `(?<${name}>${value})`;
  });
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => {
    const match = expression.exec(name);
    return match === null ? undefined : { ...match.groups };
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Names of a pattern's captures. */
export function capturesOf(pattern: string): string[] {
  return [...new Set([...pattern.matchAll(CAPTURE)].map(([, name]) => name as string))];
}

/** Captures that a template uses; undefined for braces that hold neither a capture nor a sum. */
export function namesInTemplate(template: string): (string | undefined)[] {
  const stray = template.replaceAll(CAPTURE, "").search(/[{}]/) >= 0;
  return [...[...template.matchAll(CAPTURE)].map(([, text]) => SUM.exec(text as string)?.[3]), ...(stray ? [undefined] : [])];
}

/**
 * Fills captures, and sums of captures and whole numbers, into a template.
 * @returns undefined where a sum is asked for of what is no whole number
 */
export function expandTemplate(template: string, captures: Readonly<Record<string, string>>): string | undefined {
  const unfit: string[] = [];
  const text = template.replaceAll(CAPTURE, (_, expression: string) => {
    const [, left, leftSign, name = "", rightSign, right] = SUM.exec(expression) ?? [];
    const value = captures[name] ?? "";
    if (leftSign === undefined && rightSign === undefined) return value;
    if (!/^\d+$/.test(value)) unfit.push(name);
    const signed = leftSign === "-" ? -Number(value) : Number(value);
    return String(Number(left ?? 0) + signed + (rightSign === "-" ? -Number(right) : Number(right ?? 0)));
  });
  return unfit.length > 0 ? undefined : text;
}
