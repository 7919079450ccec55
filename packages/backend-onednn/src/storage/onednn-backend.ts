import type { backend_util, DataStorage, DataType, TensorInfo } from "@tensorflow/tfjs-core";
import { util } from "@tensorflow/tfjs-core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { isNative } from "../native/blocks.js";
import { BYTES, type DataType as StoredType } from "../native/constants.js";
import type { Runtime } from "../native/runtime.js";
import { TensorData } from "./tensor-data.js";

type Values = backend_util.BackendValues;
type DataId = TensorInfo["dataId"];

/** How activations and their gradients are stored; weights, statistics and losses are float32 always. */
export type ActivationType = "float32" | "bf16";

/** tfjs' cpu backend, whose kernels it inherits, over memory that oneDNN can work on. */
export class OnednnBackend extends MathBackendCPU {
  readonly runtime: Runtime;
  readonly activationType: ActivationType;
  #ids = 0;
  #made: Set<DataId> | undefined;

  constructor(runtime: Runtime, activationType: ActivationType) {
    super();
    this.runtime = runtime;
    this.activationType = activationType;
  }

  /** What is behind a tensor. @throws Error when it was disposed of, or belongs to another backend and cannot be moved. */
  dataOf({ dataId }: TensorInfo): TensorData {
    return (this.data as unknown as DataStorage<TensorData>).get(dataId);
  }

  /** A tensor in new native memory, to be filled by the caller. */
  output(shape: readonly number[], stored: StoredType = "float32"): { info: TensorInfo; data: TensorData } {
    const length = util.sizeFromShape([...shape]);
    const block = this.runtime.pool.keep(this.runtime.pool.allocate(length * BYTES[stored]));
    const dtype = stored === "int32" ? "int32" : "float32";
    const data = new TensorData(this.runtime, dtype, { block, stored, length });
    return { info: { dataId: this.#keep(data), shape: [...shape], dtype }, data };
  }

  /** Runs a kernel. Where it throws, the tensors and the memory that it made are given back. */
  attempt<Result>(run: () => Result): Result {
    const outer = this.#made;
    const made = (this.#made = new Set<DataId>());
    try {
      return this.runtime.pool.guard(run);
    } catch (error) {
      for (const dataId of made) this.disposeData(dataId, true);
      throw error;
    } finally {
      this.#made = outer;
    }
  }

  override write(values: Values, _shape: number[], dtype: DataType): DataId {
    return this.#keep(new TensorData(this.runtime, dtype, { values: settled(values) }));
  }

  override move(dataId: DataId, values: Values, _shape: number[], dtype: DataType, refCount: number): void {
    this.#set(dataId, new TensorData(this.runtime, dtype, { values: settled(values) }, refCount));
  }

  /** The caller's own copy: native memory goes on to other tensors. */
  override readSync(dataId: DataId): Values {
    return settled(super.readSync(dataId));
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const data = this.data.has(dataId) ? (this.data.get(dataId) as unknown as TensorData) : undefined;
    const isGone = super.disposeData(dataId, force);
    if (isGone) {
      data?.dispose();
      this.#made?.delete(dataId);
    }
    return isGone;
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: false, reasons: [] };
  }

  /** Its tensors cannot be used any more then. */
  override dispose(): void {
    this.runtime.dispose();
  }

  #keep(data: TensorData): DataId {
    const dataId = { id: `onednn-${this.#ids++}` };
    this.#set(dataId, data);
    this.#made?.add(dataId);
    return dataId;
  }

  #set(dataId: DataId, data: TensorData): void {
    (this.data as unknown as DataStorage<TensorData>).set(dataId, data);
  }
}

/** A view of native memory becomes an array of its own: kernels of tfjs pass views of their inputs on as results. */
function settled(values: Values): Values {
  return isNative(values) ? (values as Float32Array).slice() : values;
}
