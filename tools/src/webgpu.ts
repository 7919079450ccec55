// `npm run test:webgpu`: the contract of engines on tfjs' own WebGPU backend, in headless Chromium. Prints a line a check.
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const USAGE = `npm run test:webgpu -- [--only TEXT] [--own-gpu]

  --only TEXT   run only the checks whose names contain TEXT
  --own-gpu     use the machine's graphics processor instead of Chromium's software adapter (SwiftShader)`;

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const ARGUMENTS = ["--headless=new", "--no-sandbox", "--no-first-run", "--disable-background-networking", "--enable-unsafe-webgpu"];
const SOFTWARE_ADAPTER = "--use-webgpu-adapter=swiftshader";

/** What the page offers. */
const PAGE = `
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import { testBackend } from "@ssl3d/testing";
const checks = testBackend("webgpu");
window.names = checks.map((check) => check.name);
window.start = async () => {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error("Chromium offers no WebGPU adapter");
  // tfjs computes small tensors on the processor; networks' are large.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  if (!(await tf.setBackend("webgpu"))) throw new Error("tfjs' WebGPU backend does not start");
  return adapter.info.vendor + " " + adapter.info.architecture + ", tfjs " + tf.version_core;
};
window.check = (index) => {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer within 60 s")), 60000));
  return Promise.race([checks[index].run(), late]).then(() => null, (error) => String(error?.message ?? error).split("\\n")[0].slice(0, 200));
};`;

async function serve(): Promise<Server> {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    conditions: ["ssl3d-source"],
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  const server = createServer((request, response) => {
    if (request.url === "/page.js") response.setHeader("content-type", "text/javascript").end(outputFiles[0]!.contents);
    else response.setHeader("content-type", "text/html").end('<!doctype html><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const { values } = parseArgs({ options: { only: { type: "string", default: "" }, "own-gpu": { type: "boolean", default: false }, help: { type: "boolean", default: false } } });
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (CHROMIUM === undefined) {
  console.error("Chromium is needed: apt-get install chromium");
  process.exit(1);
}

let failures = 0;
const server = await serve();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: values["own-gpu"] ? ARGUMENTS : [...ARGUMENTS, SOFTWARE_ADAPTER] });
try {
  const page = await browser.newPage();
  const start = async (): Promise<string> => {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return page.evaluate<string>("window.start()");
  };
  console.log(`Chromium ${browser.version()}, adapter ${await start()}\n`);
  const names = await page.evaluate<string[]>("window.names");
  for (const [index, name] of names.entries()) {
    if (!name.includes(values.only)) continue;
    const fault = await page.evaluate<string | null>(`window.check(${index})`);
    console.log(fault === null ? `ok      ${name}` : `FAILED  ${name}\n        ${fault}`);
    if (fault === null) continue;
    failures++;
    // What a check leaves behind, a lost device among it, must not fail the next one.
    await start();
  }
  console.log(`\n${names.filter((name) => name.includes(values.only)).length} checks, ${failures} failed.`);
} finally {
  await browser.close();
  server.close();
}
process.exitCode = failures > 0 ? 1 : 0;
