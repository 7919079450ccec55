/** Numbers of oneDNN's C API, version 3 (dnnl_types.h): the names are those of the header without their prefix. */

export const STATUS = { success: 0, outOfMemory: 1, invalidArguments: 2, unimplemented: 3 } as const;

export const DATA_TYPE = { bf16: 2, float32: 3, int32: 4, uint8: 6 } as const;

/** How a value is stored in memory that oneDNN works on. */
export type DataType = keyof typeof DATA_TYPE;

/** Bytes of one value. */
export const BYTES: Readonly<Record<DataType, number>> = { bf16: 2, float32: 4, int32: 4, uint8: 1 };

export const PROPAGATION = { forwardTraining: 64, forwardInference: 96, backward: 128, backwardData: 160 } as const;

export const ALGORITHM = {
  convolution: 0x1,
  relu: 0x20,
  tanh: 0x21,
  elu: 0x22,
  square: 0x23,
  abs: 0x24,
  sqrt: 0x25,
  linear: 0x26,
  softRelu: 0x27,
  logistic: 0x29,
  exp: 0x2a,
  log: 0x2d,
  pow: 0x30,
  hardSwish: 0x34,
  reluFromResult: 0x100,
  poolMax: 0x1ff,
  poolAverage: 0x2ff,
  poolAverageWithoutPadding: 0x3ff,
  add: 0x1fff0,
  mul: 0x1fff1,
  max: 0x1fff2,
  min: 0x1fff3,
  div: 0x1fff4,
  sub: 0x1fff5,
  equal: 0x1fffa,
  resampleNearest: 0x2fff0,
  softmax: 0x30000,
  logSoftmax: 0x30001,
} as const;

export const NORMALISATION = { useGivenStatistics: 0x1, useScale: 0x2, useShift: 0x4 } as const;

/** Which role a memory plays in a primitive. */
export const ARGUMENT = {
  source: 1,
  source1: 2,
  destination: 17,
  weights: 33,
  weights1: 34,
  bias: 41,
  mean: 49,
  variance: 50,
  scale: 51,
  shift: 52,
  workspace: 64,
  scratchpad: 80,
  sourceGradient: 129,
  destinationGradient: 145,
  weightsGradient: 161,
  weightsGradient1: 162,
  biasGradient: 169,
  scaleGradient: 255,
  shiftGradient: 256,
} as const;

/** The second operand of the binary operation appended as number `index`. */
export function postOperandArgument(index: number): number {
  return 32768 * (index + 1) + ARGUMENT.source1;
}

export const QUERY = { implementation: 8, scratchpad: 136, argument: 255 } as const;

/** Instruction sets as the library reports them; each is a superset of the bits of those it includes. */
export const INSTRUCTION_SET = { avx2: 0x7, avx512: 0x27, avx512Bf16: 0xe7, amx: 0xfef } as const;

/** Layout that the library is free to choose. */
export const ANY_LAYOUT = 1;
