import { LogSoftmax, Softmax, util, type LogSoftmaxAttrs, type SoftmaxAttrs, type TensorInfo } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { ALGORITHM, ARGUMENT, PROPAGATION } from "../native/constants.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { kernel, stock, type Kernel } from "./kernel.js";
import { dense } from "./layouts.js";
import { Planes } from "./planes.js";
import { paysNatively } from "./stored-type.js";

/** Up to so many classes planes are faster than the library's softmax over the last axis. */
const FEW = 16;

/** Softmax and its logarithm over the last axis, in float32. */
export function softmaxKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<{ logits: TensorInfo }, SoftmaxAttrs>(Softmax, ({ logits }, { dim }) =>
      isOurs(logits, dim) ? softmax(backend, logits, "softmax") : stock(Softmax, backend)({ logits }, { dim }),
    ),
    kernel<{ logits: TensorInfo }, LogSoftmaxAttrs>(LogSoftmax, ({ logits }, { axis }) =>
      isOurs(logits, axis) ? softmax(backend, logits, "logSoftmax") : stock(LogSoftmax, backend)({ logits }, { axis }),
    ),
  ];
}

function isOurs(logits: TensorInfo, axis: number): boolean {
  const last = logits.shape.length - 1;
  return logits.dtype === "float32" && paysNatively(logits) && (axis === -1 || axis === last);
}

function softmax(backend: OnednnBackend, logits: TensorInfo, kind: "softmax" | "logSoftmax"): TensorInfo {
  const { runtime } = backend;
  const classes = logits.shape.at(-1);
  const rows = util.sizeFromShape(logits.shape) / classes;
  const result = backend.output(logits.shape);
  if (classes <= FEW) {
    const planes = new Planes(runtime, classes, rows);
    const { probabilities, logProbabilities } = softmaxOf(planes, planes.read(backend.dataOf(logits)));
    planes.write(kind === "softmax" ? probabilities : logProbabilities(), result.data);
    planes.release();
    return result.info;
  }
  const layout = dense(runtime, "float32", [rows, classes]);
  const primitive = runtime.primitive(`softmax/${kind}/${rows}/${classes}`, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_softmax_forward_primitive_desc_create",
        ...[runtime.engine, PROPAGATION.forwardInference, ALGORITHM[kind], layout, layout, 1, attributes],
      ),
  }))!;
  runtime.run(primitive, [[ARGUMENT.source, backend.dataOf(logits).block("float32")], [ARGUMENT.destination, result.data.block()]]);
  return result.info;
}

/** The softmax over classes and its logarithm, which stays finite where a probability is 0. The logits' planes are used up. */
export function softmaxOf(planes: Planes, logits: Block): { readonly probabilities: Block; readonly logProbabilities: () => Block } {
  planes.binary("sub", logits, planes.fold("max", logits), logits, { operand: "plane" });
  const probabilities = planes.allocate();
  planes.map("exp", logits, probabilities);
  const sum = planes.fold("add", probabilities);
  planes.binary("div", probabilities, sum, probabilities, { operand: "plane" });
  const logProbabilities = (): Block => {
    planes.map("log", sum, sum, "plane");
    planes.binary("sub", logits, sum, logits, { operand: "plane" });
    return logits;
  };
  return { probabilities, logProbabilities };
}
