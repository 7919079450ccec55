/** Replaces what stands between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. @throws Error where a document lacks these lines. */
export function replaceSection(document: string, name: string, content: string): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [document.indexOf(open), document.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`Expected the lines ${open} and ${close} in the document, in this order.`);
  return `${document.slice(0, start + open.length)}\n${content.trim()}\n${document.slice(end)}`;
}
