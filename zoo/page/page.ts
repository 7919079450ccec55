import { convertInWorker } from "./convert-in-worker.js";
import { optionsOf } from "./option-fields.js";
import { clearFailure, showFailure } from "./show-failure.js";
import { showReport } from "./show-report.js";

// The page: a form, one conversion at a time, and the report or what went wrong.
const form = find("form", HTMLFormElement);
const input = find("file", HTMLInputElement);
const status = find("status", HTMLElement);
const running = find("running", HTMLElement);
const failure = find("failure", HTMLElement);
const result = find("result", HTMLElement);
let current = new AbortController();
let url: string | undefined;

find("unscripted", HTMLElement).remove();
if (!isSecureContext) {
  const message = "This page was opened over plain http, where browsers compute no checksums.";
  showFailure(failure, form, { code: null, message, fix: "Open it by https, or from this machine (localhost).", facts: {} });
}

input.addEventListener("change", () => form.requestSubmit());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [file] = input.files ?? [];
  if (file !== undefined) void convert(file);
});
find("stop", HTMLButtonElement).addEventListener("click", () => {
  stop();
  status.textContent = "Stopped.";
  input.focus();
});
addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files") !== true) return;
  event.preventDefault();
  document.body.classList.add("dragging");
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) document.body.classList.remove("dragging");
});
addEventListener("drop", (event) => {
  const files = event.dataTransfer?.files;
  if (files === undefined || files.length === 0) return;
  event.preventDefault();
  document.body.classList.remove("dragging");
  if (files.length > 1) {
    stop();
    clear();
    showFailure(failure, form, { code: null, message: `Expected one file, received ${files.length}.`, fix: "Drop the files one after another.", facts: {} });
    return;
  }
  input.files = files;
  form.requestSubmit();
});

async function convert(file: File): Promise<void> {
  stop();
  clear();
  const own = new AbortController();
  current = own;
  status.textContent = `Converting ${file.name} …`;
  running.hidden = false;
  const reply = await convertInWorker({ file, options: optionsOf(form) }, own.signal);
  running.hidden = true;
  if ("failure" in reply) {
    status.textContent = "";
    showFailure(failure, form, reply.failure);
    return;
  }
  status.textContent = `${file.name} is converted.`;
  url = URL.createObjectURL(new Blob([reply.zip], { type: "application/zip" }));
  showReport(result, form, reply, url);
}

function stop(): void {
  current.abort();
  running.hidden = true;
}

function clear(): void {
  clearFailure(failure, form);
  result.hidden = true;
  result.replaceChildren();
  if (url !== undefined) URL.revokeObjectURL(url);
  url = undefined;
  status.textContent = "";
}

function find<Kind extends HTMLElement>(id: string, kind: abstract new () => Kind): Kind {
  const node = document.getElementById(id);
  if (!(node instanceof kind)) throw new Error(`The page lacks its element "${id}".`);
  return node;
}
