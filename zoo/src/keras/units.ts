import { unknownLayer } from "../errors.js";
import type { KerasCheckpoint, KerasTensor } from "../hdf5/keras-checkpoint.js";

interface Weighted {
  /** The group that holds it. */
  readonly group: string;
  /** What training changes: kernel and bias, or scale and offset. */
  readonly tensors: KerasTensor[];
}

/** A convolution; where it is transposed, of a kernel [...kernel, outputs, inputs]. */
export interface ConvolutionUnit extends Weighted {
  readonly kind: "convolution" | "transposed";
  readonly kernel: readonly number[];
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

/** A batch normalisation. */
export interface NormalisationUnit extends Weighted {
  readonly kind: "normalisation";
  readonly channels: number;
  readonly scale: boolean;
  /** Moving mean and variance. */
  readonly statistics: KerasTensor[];
}

/** A fully connected layer. */
export interface DenseUnit extends Weighted {
  readonly kind: "dense";
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
}

/** A gated recurrent unit (GRU) with one bias for inputs and one for states. */
export interface RecurrentUnit extends Weighted {
  readonly kind: "recurrent";
  readonly inputs: number;
  readonly units: number;
  readonly bias: boolean;
}

/** A layer with weights, as the shapes of its weights show it. */
export type Unit = ConvolutionUnit | NormalisationUnit | DenseUnit | RecurrentUnit;

/** Whether it is a convolution that is not transposed. */
export function isConvolution(unit: Unit): unit is ConvolutionUnit {
  return unit.kind === "convolution";
}

/** What a checkpoint's weights amount to, layer by layer. */
export interface Units {
  readonly units: readonly Unit[];
  /** Groups that repeat an earlier one: networks that a model holds twice are stored twice. */
  readonly repeated: readonly string[];
}

/**
 * The layers behind a file's weights. A flat model lists its weights layer by layer, a nested network all trained ones first and the
 * moving statistics after, or layer by layer where it was frozen: in either order each statistic belongs to the next normalisation.
 * @throws SSL3D_KERAS_LAYER_UNKNOWN
 */
export function readUnits(checkpoint: KerasCheckpoint): Units {
  const units: Unit[] = [];
  const repeated: string[] = [];
  for (const [index, group] of checkpoint.groups.entries()) {
    const isRepeated = group.tensors.length > 0 && checkpoint.groups.slice(0, index).some((earlier) => sameTensors(earlier.tensors, group.tensors));
    if (isRepeated) repeated.push(group.name);
    else units.push(...encoderFirst(unitsOf(group.name, group.tensors, checkpoint.label)));
  }
  return { units, repeated };
}

/** A network saved while the encoder within it was frozen lists first what was trained: the fully connected layers behind the encoder. */
function encoderFirst(units: readonly Unit[]): readonly Unit[] {
  const start = units.findIndex(({ kind }) => kind !== "dense");
  const isBehind = start > 0 && units[start]!.kind === "convolution";
  return isBehind ? [...units.slice(start), ...units.slice(0, start)] : units;
}

function unitsOf(group: string, tensors: readonly KerasTensor[], label: string): Unit[] {
  const units: Unit[] = [];
  const unknown = (tensor: KerasTensor): never => {
    throw unknownLayer(label, `the weight "${tensor.name}" of shape [${tensor.shape.join(", ")}] in layer "${group}", which belongs to no layer known here`);
  };
  let open: Unit | undefined;
  for (const tensor of tensors) {
    const role = /([a-z_]+)(?::\d+)?$/.exec(tensor.name)?.[1] ?? "";
    const [size = 0] = tensor.shape;
    switch (role) {
      case "kernel":
        open = withKernel(group, tensor) ?? unknown(tensor);
        units.push(open);
        break;
      case "recurrent_kernel": {
        const [kernel] = open?.kind === "dense" ? open.tensors : [];
        if (kernel === undefined || kernel.shape[1] !== 3 * size || tensor.shape[1] !== 3 * size) return unknown(tensor);
        open = { kind: "recurrent", group, inputs: kernel.shape[0]!, units: size, bias: false, tensors: [kernel, tensor] };
        units[units.length - 1] = open;
        break;
      }
      case "bias":
        if (open === undefined || open.kind === "normalisation" || open.bias) return unknown(tensor);
        open = addBias(open, tensor) ?? unknown(tensor);
        units[units.length - 1] = open;
        break;
      case "gamma":
        open = { kind: "normalisation", group, channels: size, scale: true, tensors: [tensor], statistics: [] };
        units.push(open);
        break;
      case "beta":
        if (open?.kind === "normalisation" && open.scale && open.tensors.length === 1) open.tensors.push(tensor);
        else units.push((open = { kind: "normalisation", group, channels: size, scale: false, tensors: [tensor], statistics: [] }));
        break;
      case "moving_mean":
      case "moving_variance": {
        const place = role === "moving_mean" ? 0 : 1;
        const owner = units.find((unit) => unit.kind === "normalisation" && unit.statistics.length === place);
        if (owner?.kind !== "normalisation" || owner.channels !== size) return unknown(tensor);
        owner.statistics.push(tensor);
        break;
      }
      default:
        return unknown(tensor);
    }
  }
  return units;
}

function withKernel(group: string, tensor: KerasTensor): Unit | undefined {
  const { shape } = tensor;
  const [inputs, outputs] = shape.slice(-2) as [number, number];
  if (shape.length === 2) return { kind: "dense", group, inputs, outputs, bias: false, tensors: [tensor] };
  if (shape.length !== 4 && shape.length !== 5) return undefined;
  return { kind: "convolution", group, kernel: shape.slice(0, -2), inputs, outputs, bias: false, tensors: [tensor] };
}

/** The bias tells a transposed convolution, whose kernel is [...kernel, out, in]. */
function addBias(unit: Exclude<Unit, { kind: "normalisation" }>, tensor: KerasTensor): Unit | undefined {
  const tensors = [...unit.tensors, tensor];
  const size = tensor.shape[tensor.shape.length - 1];
  if (unit.kind === "recurrent") {
    return tensor.shape.length === 2 && tensor.shape[0] === 2 && size === 3 * unit.units ? { ...unit, bias: true, tensors } : undefined;
  }
  if (tensor.shape.length !== 1) return undefined;
  const doubles = unit.kind === "convolution" && unit.kernel.every((edge) => edge === 2);
  if (doubles && size === unit.inputs) {
    return { ...unit, kind: "transposed", inputs: unit.outputs, outputs: unit.inputs, bias: true, tensors };
  }
  return size === unit.outputs ? { ...unit, bias: true, tensors } : undefined;
}

function sameTensors(a: readonly KerasTensor[], b: readonly KerasTensor[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, shape }, index) => name === b[index]!.name && shape.join() === b[index]!.shape.join()) &&
    // last and once, since asking for the numbers reads them from the file
    a.every(({ data }, index) => {
      const others = b[index]!.data;
      return data.every((value, i) => Object.is(value, others[i]));
    })
  );
}

/** The moving mean and variance of a normalisation; nothing of other layers. */
export function statisticsOf(unit: Unit): readonly KerasTensor[] {
  return unit.kind === "normalisation" ? unit.statistics : [];
}

/** All tensors of units, layer by layer, and where the file has each: its group and its name. */
export function sourcesOf(units: readonly Unit[]): { readonly tensor: KerasTensor; readonly source: string }[] {
  return units.flatMap((unit) => [...unit.tensors, ...statisticsOf(unit)].map((tensor) => ({ tensor, source: `${unit.group}/${tensor.name}` })));
}

/** A unit in a few words, for messages: "convolution 3x3x3, 1 to 8". */
export function unitText(unit: Unit): string {
  switch (unit.kind) {
    case "convolution":
    case "transposed":
      return `${unit.kind === "transposed" ? "transposed " : ""}convolution ${unit.kernel.join("x")}, ${unit.inputs} to ${unit.outputs}`;
    case "normalisation":
      return `normalisation of ${unit.channels}`;
    case "dense":
      return `dense ${unit.inputs} to ${unit.outputs}`;
    case "recurrent":
      return `recurrent ${unit.inputs} to ${unit.units}`;
  }
}
