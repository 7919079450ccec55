import type { ConvertOptions } from "@ssl3d/zoo";

/** The conversion's options by their names on the command line, which messages use and which the form's fields have. */
const OPTIONS: Readonly<Record<string, keyof ConvertOptions>> = { task: "task", "patches-per-side": "patchesPerSide", pooling: "pooling", "input-size": "inputSize", activation: "activation" };

type Field = HTMLInputElement | HTMLSelectElement;

/** The field in which an option of the command is entered here. */
export function fieldOf(form: HTMLFormElement, option: unknown): Field | undefined {
  const field = typeof option === "string" && option in OPTIONS ? form.elements.namedItem(option) : null;
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field : undefined;
}

/** What a field is called. */
export function labelOf(field: Field): string {
  return field.labels?.[0]?.textContent ?? field.name;
}

/** What the form says; an empty field says nothing. */
export function optionsOf(form: HTMLFormElement): ConvertOptions {
  const entries = Object.entries(OPTIONS).flatMap(([name, option]) => {
    const field = fieldOf(form, name);
    if (field === undefined || field.value === "") return [];
    return [[option, field.type === "number" ? Number(field.value) : field.value]];
  });
  return Object.fromEntries(entries) as ConvertOptions;
}

/** Text written for the command, with the fields' labels in place of its options. */
export function withLabels(form: HTMLFormElement, text: string): string {
  return text.replace(/--([a-z]+(?:-[a-z]+)*)/g, (whole, name: string) => {
    const field = fieldOf(form, name);
    return field === undefined ? whole : `“${labelOf(field)}”`;
  });
}
