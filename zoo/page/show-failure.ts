import { element } from "./element.js";
import type { Failure } from "./failure.js";
import { fieldOf, labelOf, withLabels } from "./option-fields.js";

/** Shows what went wrong and what to do, and takes the reader to the field that a question or a contradiction is about. */
export function showFailure(place: HTMLElement, form: HTMLFormElement, { code, message, fix, facts }: Failure): void {
  const field = fieldOf(form, facts["option"]);
  const { candidates } = facts;
  const asks = field !== undefined && Array.isArray(candidates);
  place.replaceChildren(
    element("h2", {}, asks ? "One question" : "Not converted"),
    element("p", {}, withLabels(form, message)),
    element("p", { class: "fix" }, asks ? `Set “${labelOf(field)}” to ${choice(candidates.map(String))} and convert again.` : withLabels(form, fix)),
    ...(code === null ? [] : [element("p", { class: "soft" }, code)]),
  );
  place.hidden = false;
  if (field === undefined) {
    place.focus();
    return;
  }
  // described by the message, so that a screen reader reads it with the field
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", place.id);
  place.scrollIntoView();
  field.focus();
}

/** Takes the last failure away. */
export function clearFailure(place: HTMLElement, form: HTMLFormElement): void {
  place.hidden = true;
  place.replaceChildren();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

function choice(candidates: readonly string[]): string {
  return candidates.length < 2 ? candidates.join("") : `${candidates.slice(0, -1).join(", ")} or ${candidates[candidates.length - 1]!}`;
}
