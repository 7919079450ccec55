import { linkTensorflow } from "@ssl3d/backend-tensorflow";
import type { CAC } from "cac";
import { usageError } from "../errors.js";
import { isOn, text, type Options } from "../options.js";
import { EXIT } from "../output/describe-error.js";
import type { Streams } from "../program.js";
import { onInterrupt } from "../signals.js";

/** `ssl3d engine link-tensorflow`. */
export function addLinkTensorflow(program: CAC, streams: Streams, link: typeof linkTensorflow = linkTensorflow): void {
  program
    .command("engine link-tensorflow", "Link @tensorflow/tfjs-node to a TensorFlow that pip installed, as the engine tensorflow (Linux)")
    .option("--python <file>", "A Python that has TensorFlow (default: python3)")
    .option("--tensorflow <folder>", "TensorFlow's folder, instead of asking a Python")
    .option("--gpu", "Link @tensorflow/tfjs-node-gpu, as the engine tensorflow-gpu; wants pip's tensorflow[and-cuda]")
    .option("--project <folder>", "Project whose tfjs-node is linked, or gets one (default: the current folder)")
    .option("--json", "Print what was linked as one JSON document on stdout")
    .example("  $ ssl3d engine link-tensorflow --python venv/bin/python")
    .action(async (options: Options) => {
      const [python, tensorflow] = [text(options, "python"), text(options, "tensorflow")];
      if (python !== undefined && tensorflow !== undefined)
        throw usageError("--python and --tensorflow both say where TensorFlow is.", "Give one of them.");
      const interruption = onInterrupt(() => streams.stderr.write("Interrupted: leaving the package as it was.\n"));
      try {
        const linked = await link({
          project: text(options, "project"),
          gpu: isOn(options, "gpu"),
          python,
          tensorflow,
          signal: interruption.signal,
          report: (step) => streams.stderr.write(`${step}\n`),
        });
        if (isOn(options, "json")) return void streams.stdout.write(`${JSON.stringify(linked, null, 2)}\n`);
        streams.stdout.write(
          `${linked.package} ${linked.version} in ${linked.folder} now computes with TensorFlow ${linked.tensorflow.version}; a convolution on the ${linked.device} came out right.\n` +
            `"ssl3d doctor" shows the engine ${isOn(options, "gpu") ? "tensorflow-gpu" : "tensorflow"} and its speed, when run in that project.\n`,
        );
        if (isOn(options, "gpu") && linked.device === "CPU")
          streams.stderr.write("TensorFlow saw no GPU here: that engine needs a machine with one, and CUDA's libraries (pip's tensorflow[and-cuda]).\n");
        return undefined;
      } catch (error) {
        if (!interruption.signal.aborted) throw error;
        return EXIT.interrupted;
      } finally {
        interruption.release();
      }
    });
}
