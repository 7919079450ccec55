import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { computeOnReference, ensureSameResults, variedValues } from "@ssl3d/testing";
import { conv } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** What the page runs: the package as a bundler gives it to a browser, on a convolution with its gradients. */
const PAGE = `
import { registerGradients } from "@ssl3d/core";
import { conv } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import { wasm } from "./plugin.js";
window.compute = async (x, filter) => {
  registerGradients();
  const name = await wasm.activate({ wasmPaths: "/wasm/" });
  const inputs = [tf.tensor(x.data, x.shape), tf.tensor(filter.data, filter.shape)];
  const gradients = tf.grads((a, b) => tf.sum(tf.square(conv(a, b))))(inputs);
  const results = [conv(...inputs), ...gradients];
  return { name, results: results.map((tensor) => ({ shape: tensor.shape, data: Array.from(tensor.dataSync()) })) };
};`;

async function serve(): Promise<Server> {
  const stdin = { contents: PAGE, resolveDir: HERE, loader: "ts" as const };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "iife", platform: "browser", conditions: ["ssl3d-source"], mainFields: ["module", "main"], logLevel: "error" });
  const stockFolder = fileURLToPath(new URL("../../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url));
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    if (path === "/page.js") response.setHeader("content-type", "text/javascript").end(outputFiles[0]!.contents);
    else if (/^\/wasm\/[\w-]+\.wasm$/.test(path)) {
      void readFile(stockFolder + path.slice(6)).then((bytes) => response.setHeader("content-type", "application/wasm").end(bytes));
    } else response.setHeader("content-type", "text/html").end('<!doctype html><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

if (CHROMIUM === undefined) console.log("skipped: wasm engine in Chromium (install it: apt-get install chromium)");

it.skipIf(CHROMIUM === undefined)("computes in headless Chromium what it computes in Node", async () => {
  const [x, filter] = [variedValues([1, 4, 5, 6, 3]), variedValues([3, 3, 3, 3, 8], 2)];
  const expected = await computeOnReference([x, filter], (a, b) => [conv(a, b), ...tf.grads((c, d) => tf.sum(tf.square(conv(c, d))))([a, b])]);
  const server = await serve();
  const browser = await chromium.launch({ executablePath: CHROMIUM!, args: ARGUMENTS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const plain = [x, filter].map(({ shape, data }) => ({ shape: [...shape], data: Array.from(data) }));
    const call = `window.compute(${plain.map((values) => JSON.stringify(values)).join(", ")})`;
    const { name, results } = await page.evaluate<{ name: string; results: { shape: number[]; data: number[] }[] }>(call);
    expect(name).toBe("wasm");
    ensureSameResults(results, expected, 5e-6);
  } finally {
    await browser.close();
    server.close();
  }
});
