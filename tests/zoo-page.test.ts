import { convertKeras, type ConvertOptions } from "@ssl3d/zoo";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import h5wasm, { type Group } from "h5wasm";
import { chromium, type Browser, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const ZOO = new URL("../zoo/", import.meta.url).pathname;
const GOLDEN = new URL("golden/checkpoints/", import.meta.url).pathname;
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** Milliseconds for whatever takes seconds, since tests share their processors. */
const PATIENCE = 120_000;

interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

if (CHROMIUM === undefined) console.log("skipped: the zoo's page in Chromium (install it: apt-get install chromium)");

describe.skipIf(CHROMIUM === undefined)("the page that converts Keras checkpoints", () => {
  let folder: string;
  let server: Server;
  let origin: string;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let requests: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ssl3d-page-"));
    const tsup = new URL("../node_modules/tsup/dist/cli-default.js", import.meta.url).pathname;
    await promisify(execFile)(process.execPath, [tsup, "--config", "page/tsup.config.ts", "--out-dir", folder], { cwd: ZOO });
    server = createServer((request, response) => {
      const path = request.url === "/" ? "/index.html" : (request.url ?? "");
      readFile(join(folder, path)).then(
        (bytes) => response.setHeader("content-type", TYPES[extname(path)] ?? "text/plain").end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ARGUMENTS });
  }, PATIENCE);

  afterAll(async () => {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(async () => {
    complaints = [];
    requests = [];
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE);
    page = await context.newPage();
    // of the whole context: workers' requests and consoles too
    context.on("request", (request) => requests.push(request.url()));
    context.on("console", (message) => complaints.push(message.text()));
    context.on("weberror", (error) => complaints.push(error.error().message));
    await page.goto(origin);
  });

  afterEach(async () => {
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(origin) && !url.startsWith(`blob:${origin}`) && !url.startsWith("data:"))).toEqual([]);
    await page.context().close();
  });

  /** Drops files on the page as a person would, from outside the browser. */
  async function drop(...files: readonly Dropped[]): Promise<void> {
    const coded = files.map(({ name, bytes }) => ({ name, text: Buffer.from(bytes).toString("base64") }));
    const transfer = await page.evaluateHandle(
      `(() => { const transfer = new DataTransfer();
        for (const { name, text } of ${JSON.stringify(coded)}) transfer.items.add(new File([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))], name));
        return transfer; })()`,
    );
    for (const type of ["dragover", "drop"]) await page.dispatchEvent("h1", type, { dataTransfer: transfer });
  }

  async function inView(what: Locator): Promise<boolean> {
    const box = await what.boundingBox();
    return box !== null && box.y >= 0 && box.y + box.height <= page.viewportSize()!.height;
  }

  /** The downloaded .zip's files by their paths. */
  async function download(): Promise<Readonly<Record<string, Uint8Array>>> {
    const [started] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /^Download/ }).click()]);
    expect(started.suggestedFilename()).toMatch(/\.zip$/);
    return unzipSync(await readFile(await started.path()));
  }

  async function inNode({ name, bytes }: Dropped, options: ConvertOptions = {}): Promise<Readonly<Record<string, Uint8Array>>> {
    const { files } = await convertKeras(new Uint8Array(bytes), name, options);
    const stem = name.replace(/\.hdf5$/, "");
    return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${stem}/${path}`, new Uint8Array(Buffer.from(content as Uint8Array))]));
  }

  it("shows a dropped checkpoint's report and gives the same bytes as Node", async () => {
    const dropped = await golden("enc3d_nobn_nodrop.hdf5");
    await drop(dropped);
    const result = page.getByRole("region", { name: "Result" });
    await result.waitFor();
    const text = await result.innerText();
    const { report } = await convertKeras(new Uint8Array(dropped.bytes), dropped.name);
    expect(text).toContain("an encoder by itself, 3D, in a file of a full model");
    expect(text).toContain(`[batch, ${report.inputs[0]!.join(", ")}]`);
    expect(text).toContain("None: every tensor of the file has a place.");
    for (const warning of report.warnings) expect(text).toContain(warning);
    const rows = page.getByRole("region", { name: /^Tensors taken over/ }).getByRole("row");
    expect(await rows.count()).toBe(report.tensors.length + 1);
    for (const [index, { source, destination, shape }] of report.tensors.entries()) {
      expect(await rows.nth(index + 1).getByRole("cell").allInnerTexts()).toEqual([source, `[${shape.join(", ")}]`, destination]);
    }
    expect(await download()).toEqual(await inNode(dropped));
    expect(requests.map((url) => url.replace(origin, ""))).toContain("convert-worker.js");
  });

  it("asks what weights alone do not say, in the field that answers it", async () => {
    const dropped = await ambiguous();
    await drop(dropped);
    const alert = page.getByRole("alert");
    await alert.getByText("jigsaw.hdf5 does not say how many patches lie along every axis; it can be 3, 6.").waitFor();
    expect(await alert.innerText()).toContain("Set “Patches per side” to 3 or 6 and convert again.");
    const field = page.getByLabel("Patches per side");
    expect(await page.evaluate("[document.activeElement.id, document.activeElement.getAttribute('aria-describedby')]")).toEqual(["patches-per-side", "failure"]);
    // the keyboard alone answers, wrongly first
    await page.keyboard.type("4");
    await page.keyboard.press("Enter");
    await alert.getByText("Received “Patches per side” 4, which does not fit jigsaw.hdf5").waitFor();
    await field.fill("3");
    await page.keyboard.press("Enter");
    await page.getByText("a proxy task's model (jigsaw), 2D, in a file of weights alone").waitFor();
    expect(await alert.isVisible()).toBe(false);
    expect(await page.getByRole("cell", { name: `${LAYER}/a/kernel:0` }).count()).toBe(1);
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.getByText("final pooling \"max\", the original's default (“Final pooling” says otherwise)").count()).toBe(1);
    expect(await download()).toEqual(await inNode(dropped, { patchesPerSide: 3 }));
  });

  it("says what is wrong with files that are none, damaged or too many", async () => {
    const alert = page.getByRole("alert");
    const stack = /\n\s+at |\.js:\d|\.ts:\d/;
    await drop({ name: "notes.txt", bytes: new TextEncoder().encode("epoch 12: loss 0.25\n") });
    await alert.getByText("received notes.txt: it does not begin as HDF5 files do.").waitFor();
    expect(await alert.innerText()).toContain("Give a file that Keras saved");
    const sound = await golden("enc2d_none.hdf5");
    await drop(sound, sound);
    await alert.getByText("Expected one file, received 2.").waitFor();
    const { bytes } = sound;
    await drop({ name: "cut.hdf5", bytes: bytes.slice(0, bytes.length / 2) });
    await alert.getByText("received cut.hdf5: it cannot be read").waitFor();
    expect(await alert.innerText()).not.toMatch(stack);
    await drop({ name: "zeros.hdf5", bytes: bytes.map((byte, index) => (index < 600 ? byte : 0)) });
    await alert.getByText("received zeros.hdf5: ").waitFor();
    expect(await alert.innerText()).not.toMatch(stack);
    // the page goes on: a sound file after the damaged ones, chosen instead of dropped
    await page.getByLabel(/^Choose an .hdf5 file/).setInputFiles(join(GOLDEN, "enc2d_none.hdf5"));
    await page.getByText("an encoder by itself, 2D").waitFor();
    expect(await alert.isVisible()).toBe(false);
  });

  it("stops a worker that never answers", async () => {
    // Chromium lets a loop end by itself for two seconds
    const gone = (): Promise<void> => expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
    await page.route("**/convert-worker.js", (route) => route.fulfill({ contentType: "text/javascript", body: "onmessage = () => { for (;;); };" }));
    await page.clock.install();
    await drop({ name: "endless.hdf5", bytes: new Uint8Array(1_000_000) });
    await page.getByText("Converting endless.hdf5").waitFor();
    await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(1);
    await page.clock.fastForward(62_000);
    expect(await page.getByRole("alert").isVisible()).toBe(false);
    await page.clock.fastForward(2_000);
    await page.getByRole("alert").getByText("Reading endless.hdf5 was stopped after 63 s").waitFor();
    await gone();
    // and on request, at once
    await drop({ name: "endless.hdf5", bytes: new Uint8Array(10) });
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped.").waitFor();
    await gone();
  });

  it("fits a phone, in colours that can be read", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 640 });
      await drop(await ambiguous());
      await page.getByRole("alert").waitFor();
      expect(await page.evaluate<string[]>(UNREADABLE)).toEqual([]);
      expect(await inView(page.getByText("Set “Patches per side” to"))).toBe(true);
      expect(await inView(page.getByLabel("Patches per side"))).toBe(true);
      await drop(await golden("enc2d_none.hdf5"));
      await page.getByRole("region", { name: "Result" }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      expect(await page.evaluate<string[]>(UNREADABLE)).toEqual([]);
      expect(await inView(page.getByRole("link", { name: /^Download/ }))).toBe(true);
    }
  });
});

const LAYER = "<img src=x onerror=alert(1)>";

/** Weights alone of a jigsaw model that fits 3 and 6 patches a side, with a layer whose name must not become HTML. */
async function ambiguous(): Promise<Dropped> {
  const layers: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
    [LAYER]: {
      ...{ "a/kernel:0": [3, 3, 1, 2], "a/bias:0": [2], "b/kernel:0": [3, 3, 2, 2], "b/bias:0": [2] },
      ...{ "c/kernel:0": [3, 3, 2, 4], "c/bias:0": [4], "d/kernel:0": [3, 3, 4, 4], "d/bias:0": [4] },
    },
    flatten_1: {},
    dense_1: { "dense_1/kernel:0": [4 * 36, 100], "dense_1/bias:0": [100] },
  };
  const { FS } = await h5wasm.ready;
  const file = new h5wasm.File("/ambiguous.hdf5", "w");
  file.create_attribute("layer_names", Object.keys(layers));
  for (const [name, weights] of Object.entries(layers)) {
    const group = file.create_group(name);
    group.create_attribute("weight_names", Object.keys(weights));
    for (const [path, shape] of Object.entries(weights)) {
      const [inner, weight] = path.split("/") as [string, string];
      const holder = (group.get(inner) ?? group.create_group(inner)) as Group;
      const data = Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, index) => Math.sin(index + 1));
      holder.create_dataset({ name: weight, data, shape: [...shape], dtype: "<f4" });
    }
  }
  file.close();
  return { name: "jigsaw.hdf5", bytes: FS.readFile("/ambiguous.hdf5") };
}

async function golden(name: string): Promise<Dropped> {
  return { name, bytes: new Uint8Array(await readFile(join(GOLDEN, name))) };
}

/** Visible texts whose contrast with what lies behind them is under 4.5, WCAG's bound for text. */
const UNREADABLE = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => parts(colour).slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (node) => { for (; node; node = node.parentElement) { const colour = getComputedStyle(node).backgroundColor; if (parts(colour)[3] !== 0) return colour; } };
  return [...document.querySelectorAll("main *")].filter((node) => node.checkVisibility() && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim() !== ""))
    .filter((node) => node.tagName !== "OPTION")
    .map((node) => { const [dark, bright] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => a - b); return [node, (bright + 0.05) / (dark + 0.05)]; })
    .filter(([, contrast]) => contrast < 4.5).map(([node, contrast]) => node.tagName + " " + node.textContent.slice(0, 40) + " " + contrast.toFixed(2));
})()`;
