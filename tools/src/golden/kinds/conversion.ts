import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors } from "@ssl3d/core";
import { readNpy } from "@ssl3d/data";
import { runModel, writeConverted } from "@ssl3d/node";
import { convertKeras, readKerasCheckpoint, type Converted } from "@ssl3d/zoo";
import * as tf from "@tensorflow/tfjs-core";
import { expectClose } from "../compare.js";
import { beside, type FileEntry, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { weightFiles } from "./encoder.js";

/** Every checkpoint as a user converts it: recognised from its file alone, all weights bit for bit, outputs of `ssl3d run`. */
export const conversion: GoldenKind = {
  name: "conversion",
  summary: "checkpoints through convertKeras: every tensor accounted for and bit-equal, outputs of the converted folder",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "hdf5"]);
    return descriptors
      .filter(({ stem }) => folder.files.includes(`${stem}.hdf5`))
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkConversion(folder, descriptor),
      }));
  },
};

async function checkConversion(folder: GoldenFolder, descriptor: Descriptor): Promise<string> {
  const { stem, json } = descriptor;
  const place = (entry: FileEntry): string => folder.locate(beside(stem)(entry.file));
  const [output] = json["outputs"] as [FileEntry];
  const backend = tf.getBackend();
  const scratch = await mkdtemp(join(tmpdir(), "ssl3d-golden-"));
  const remarks: string[] = [];
  try {
    for (const file of weightFiles(folder, stem)) {
      const bytes = new Uint8Array(await readFile(folder.locate(file)));
      const converted = await convert(bytes, file, json);
      await expectSameWeights(bytes, file, converted);
      const model = join(scratch, "model");
      await rm(model, { recursive: true, force: true });
      await writeConverted(model, converted.files);
      const answers = join(scratch, "answers.npy");
      const { kind, name } = await runModel(
        { model, input: (json["inputs"] as readonly FileEntry[]).map(place), output: answers, engine: "wasm" },
        { bundled: [join(import.meta.dirname, "../../../../packages/cli")] },
      );
      expectClose(output.file, readNpy(await readFile(answers)), readNpy(await readFile(place(output))));
      remarks.push(`${kind} ${name}, ${converted.report.tensors.length} tensors`);
    }
  } finally {
    await tf.setBackend(backend);
    await rm(scratch, { recursive: true, force: true });
  }
  return remarks.join("; ");
}

/** Converts as the command does; what a file of weights alone cannot say comes from the descriptor, as a user would give it. */
async function convert(bytes: Uint8Array, file: string, json: Descriptor["json"]): Promise<Converted> {
  const args = json["args"] as { readonly patches_per_side?: number } | undefined;
  try {
    return await convertKeras(bytes.slice(), file);
  } catch (error) {
    if ((error as { code?: string }).code !== "SSL3D_KERAS_AMBIGUOUS" || args?.patches_per_side === undefined) throw error;
    return await convertKeras(bytes.slice(), file, { patchesPerSide: args.patches_per_side });
  }
}

/** Every tensor of the file is in the converted weights, bit for bit, or among those left out. */
async function expectSameWeights(bytes: Uint8Array, file: string, { files, report }: Converted): Promise<void> {
  const { groups } = await readKerasCheckpoint(bytes.slice(), file);
  const stored = new Map<string, Float32Array>(groups.flatMap(({ name, tensors }) => tensors.map((tensor) => [`${name}/${tensor.name}`, tensor.data] as const)));
  const accounted = report.tensors.length + report.unused.length;
  if (accounted !== stored.size) throw new Error(`the file has ${stored.size} tensors, the report accounts for ${accounted}`);
  const opened = new Map<string, ReturnType<typeof decodeSafetensors>["tensors"]>();
  for (const { source, destination } of report.tensors) {
    const [path, name] = destination.split(": ") as [string, string];
    if (!opened.has(path)) opened.set(path, decodeSafetensors(files[path] as Uint8Array, path).tensors);
    const ours = opened.get(path)!.get(name)?.data;
    const theirs = stored.get(source);
    const equal = ours !== undefined && theirs !== undefined && ours.length === theirs.length && theirs.every((value, i) => Object.is(value, ours[i]));
    if (!equal) throw new Error(`"${source}" is not bit-equal to ${destination}`);
  }
}
