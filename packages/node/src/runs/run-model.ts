import { isSsl3dError, type Ssl3dError } from "@ssl3d/core";
import { writeNpy } from "@ssl3d/data";
import * as tf from "@tensorflow/tfjs-core";
import { activateEngine, type ActiveEngine, type EngineRequest } from "../engine/activate-engine.js";
import { writeFileAtomic } from "../files/atomic.js";
import { discoverPlugins } from "../plugins/discover.js";
import { ofFiles, runBatches, runInputs } from "./input-errors.js";
import { loadRunnable, type Runnable } from "./load-runnable.js";
import { joinPieces, piecesOf, type FloatArray } from "./pieces.js";
import { readArray } from "./read-input.js";
import { requireImageSize } from "./require-image-size.js";
import { searchPlaces, type RunOptions } from "./run-options.js";

/** What {@link runModel} reads and writes. */
export interface RunModelRequest extends EngineRequest {
  /** Run folder, converted folder or encoder folder. */
  readonly model: string;
  /** NPY files, one for each input of the network, all with the same batch axis first. */
  readonly input: readonly string[];
  /** NPY file to write, float32. */
  readonly output: string;
  /** Which task of a mix. */
  readonly task?: string;
}

/** What {@link runModel} wrote. */
export interface RunModelResult {
  readonly output: string;
  /** What of the folder was run: the full model of a proxy task or of a head, the encoder, or layers without one. */
  readonly kind: Runnable["kind"];
  /** The task, head or encoder; "dense" for layers without an encoder. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly engine: ActiveEngine;
}

/**
 * Runs a whole network in inference mode on arrays as they are, and writes what it answers.
 * @throws SSL3D_RUN_INPUTS where the arrays are not those that the network takes, and those of reading and loading
 */
export async function runModel(request: RunModelRequest, options: Pick<RunOptions, "cwd" | "bundled"> = {}): Promise<RunModelResult> {
  const files: InputFile[] = [];
  for (const path of request.input) files.push({ path, ...(await readArray(path)) });
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const engine = await activateEngine(plugins, request);
  const network = await loadRunnable(request.model, plugins, request.task);
  try {
    checkInputs(network, files);
    const answer = await inPieces(network, files);
    await writeFileAtomic(request.output, writeNpy(answer));
    return { output: request.output, kind: network.kind, name: network.name, shape: answer.shape, engine };
  } finally {
    network.dispose();
  }
}

interface InputFile extends FloatArray {
  readonly path: string;
}

function checkInputs({ name, expected, encoder }: Runnable, files: readonly InputFile[]): void {
  const [first] = files;
  if (first === undefined) throw runInputs(name, expected?.text ?? "one array or more", files);
  const other = files.find(({ shape }) => shape[0] !== first.shape[0]);
  if (other !== undefined) throw runBatches(first, other);
  if (expected !== undefined && (files.length > 1 || !expected.fits(first.shape.slice(1)))) throw runInputs(name, expected.text, files);
  if (encoder !== undefined) requireImageSize(encoder, first.shape, first.path);
}

async function inPieces(network: Runnable, files: readonly InputFile[]): Promise<FloatArray> {
  const answers: FloatArray[] = [];
  for (const piece of piecesOf(files)) {
    const inputs = piece.map(({ data, shape }) => tf.tensor(data, [...shape]));
    try {
      const answer = network.infer(inputs);
      answers.push({ data: (await answer.data()) as Float32Array, shape: answer.shape });
      answer.dispose();
    } catch (error) {
      throw isSsl3dError(error) ? inputError(error, network.name, files) : error;
    } finally {
      tf.dispose(inputs);
    }
  }
  return joinPieces(answers);
}

/** What a network said of a piece, said of the files. */
function inputError(error: Ssl3dError, network: string, files: readonly InputFile[]): Ssl3dError {
  if (error.code !== "SSL3D_NN_INPUTS") return ofFiles(error, files.map(({ path }) => path));
  const expected = error.facts["expected"] as readonly (readonly number[])[];
  return runInputs(network, expected.map((shape) => `[${["batch", ...shape].join(", ")}]`).join(" and "), files);
}
