import { DICE_SMOOTH, LOSS_KERNELS } from "@ssl3d/core";
import { util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { kernel, type Kernel } from "./kernel.js";
import { Planes } from "./planes.js";
import { softmaxOf } from "./softmax.js";

interface Inputs {
  readonly truth: TensorInfo;
  readonly logits: TensorInfo;
}

interface GradientInputs {
  readonly truth: TensorInfo;
  readonly probabilities: TensorInfo;
  readonly sums: TensorInfo;
  readonly dy: TensorInfo;
}

/** Soft Dice plus cross-entropy and their gradient, as core's LOSS_KERNELS define them, in float32. */
export function segmentationLossKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<Inputs, object>(LOSS_KERNELS.diceCrossEntropy, (inputs) => measure(backend, inputs)),
    kernel<GradientInputs, object>(LOSS_KERNELS.diceCrossEntropyGrad, (inputs) => differentiate(backend, inputs)),
  ];
}

function measure(backend: OnednnBackend, { truth, logits }: Inputs): TensorInfo[] {
  const planes = planesOf(backend, logits);
  const { classes, voxels } = planes;
  const { probabilities, logProbabilities } = softmaxOf(planes, planes.read(backend.dataOf(logits)));
  const actual = planes.read(backend.dataOf(truth));
  const result = backend.output(logits.shape);
  planes.write(probabilities, result.data);
  const [predictedSums, actualSums] = [planes.sums(probabilities), planes.sums(actual)];
  planes.binary("mul", probabilities, actual, probabilities);
  const overlap = planes.sums(probabilities);
  const logs = logProbabilities();
  planes.binary("mul", logs, actual, logs);
  const logLikelihood = planes.sums(logs).reduce((sum, value) => sum + value, 0);
  planes.release();
  const totals = predictedSums.map((sum, index) => sum + actualSums[index]!);
  const dice = overlap.map((sum, index) => (2 * sum + DICE_SMOOTH) / (totals[index]! + DICE_SMOOTH));
  const loss = 1 - dice.reduce((sum, value) => sum + value, 0) / classes - logLikelihood / voxels;
  return [
    backend.makeTensorInfo([], "float32", Float32Array.of(loss)),
    backend.makeTensorInfo([classes], "float32", Float32Array.from(dice)),
    result.info,
    backend.makeTensorInfo([2, classes], "float32", Float32Array.of(...overlap, ...totals)),
  ];
}

function differentiate(backend: OnednnBackend, inputs: GradientInputs): TensorInfo {
  const planes = planesOf(backend, inputs.probabilities);
  const { classes, voxels } = planes;
  const sums = backend.dataOf(inputs.sums).values as Float32Array;
  const scale = (backend.dataOf(inputs.dy).values as Float32Array)[0]!;
  const share = scale / voxels;
  // The derivative of the Dice loss by a probability of class c is outside[c] + truth x inside[c].
  const bottoms = Array.from({ length: classes }, (_, index) => sums[classes + index]! + DICE_SMOOTH);
  const outside = bottoms.map((bottom, index) => (scale * (2 * sums[index]! + DICE_SMOOTH)) / (bottom * bottom * classes));
  const inside = bottoms.map((bottom) => (-2 * scale) / (bottom * classes));
  const probabilities = planes.read(backend.dataOf(inputs.probabilities));
  const actual = planes.read(backend.dataOf(inputs.truth));
  const gradient = planes.allocate();
  planes.binary("mul", actual, planes.constants(inside), gradient, { operand: "classes" });
  planes.binary("add", gradient, planes.constants(outside), gradient, { operand: "classes" });
  // Through the softmax, p (gradient - sum of p gradient), plus that of the cross-entropy, share (p certainty - truth).
  const weighted = planes.allocate();
  planes.binary("mul", gradient, probabilities, weighted);
  const mean = planes.fold("add", weighted);
  planes.addScaled(planes.fold("add", actual), planes.constants([-share]), mean, "plane");
  planes.binary("sub", gradient, mean, gradient, { operand: "plane", then: { algorithm: "mul", block: probabilities } });
  planes.addScaled(actual, planes.constants([-share]), gradient);
  const result = backend.output(inputs.probabilities.shape, backend.activationType);
  planes.write(gradient, result.data);
  planes.release();
  return result.info;
}

function planesOf(backend: OnednnBackend, { shape }: TensorInfo): Planes {
  const classes = shape.at(-1);
  return new Planes(backend.runtime, classes, util.sizeFromShape(shape) / classes);
}
