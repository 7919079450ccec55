import * as tf from "@tensorflow/tfjs-core";
import type { StoredCheckpoint } from "../checkpoint/store.js";
import { loadWeights } from "../checkpoint/load-weights.js";
import { readTensors, readWeights } from "../checkpoint/weights.js";
import type { Disposable, Example, Weight } from "../contract/network.js";
import { disposeBatch, toBatch } from "./batch.js";
import { clipGradients } from "./clip.js";
import { isSsl3dError } from "../errors.js";
import { batchTooSmall, nonFiniteStep, NOT_FINITE, nothingToTrain } from "./errors.js";
import type { TrainingEvent } from "./events.js";
import type { LossFigures } from "./figures.js";
import { keepingStatistics, keepStatistics } from "./kept-values.js";
import { MeanGradients } from "./mean-gradients.js";
import { Optimizer, type OptimizedWeight } from "./optimizer.js";
import { unlessAborted } from "./pauses.js";
import type { TrainingRequest, TrainingResult } from "./request.js";
import { learningRateAt } from "./schedule.js";
import { checkSameRun, isEncoderFrozen, namedWeights, optimizedWeights } from "./training-state.js";
import { validate } from "./validate.js";

/** One call of {@link train}: the state between its steps. */
export class TrainingRun<E extends Example> implements Disposable {
  readonly #request: TrainingRequest<E>;
  readonly #weights: readonly Weight[];
  /** Finished steps. */
  #step = 0;
  #phase: { encoderFrozen: boolean; optimizer: Optimizer; optimized: readonly OptimizedWeight[] } | undefined;
  /** Whether validation, a probe or both are to be made of the weights as they are. */
  #validationDue = false;
  /** Whether some weights have this step's update and others not yet. */
  #updating = false;
  #saved: { location: string; step: number; validationDue: boolean } | undefined;
  #last: LossFigures | undefined;
  #validation: LossFigures | undefined;
  #waitedSeconds = 0;

  constructor(request: TrainingRequest<E>) {
    this.#request = request;
    this.#weights = namedWeights(request.encoder, request.trainable);
  }

  async execute(): Promise<TrainingResult> {
    const { options, trainable, resume = false, signal } = this.#request;
    const { minimumBatchSize = 1 } = trainable;
    if (options.batchSize < minimumBatchSize) throw batchTooSmall(options.batchSize, minimumBatchSize);
    const started = performance.now();
    const stored = resume ? await this.#loadCheckpoint() : undefined;
    const resumed = stored && { resumedFrom: stored.location };
    this.#emit({ type: "start", step: this.#step, steps: options.steps, ...resumed });
    if (stored === undefined) {
      this.#enterPhase(isEncoderFrozen(0, options));
      await this.#measureProbe();
    } else {
      const { state, optimizer } = stored.checkpoint;
      this.#enterPhase(state.encoderFrozen).restore(optimizer, state.optimizer.iterations, stored.location);
    }
    await this.#validateIfDue();
    while (this.#step < options.steps && !signal?.aborted) {
      this.#enterPhase(isEncoderFrozen(this.#step, options));
      try {
        if (!(await this.#trainStep())) break;
        if (this.#isValidationDue() || this.#isProbeDue()) this.#validationDue = true;
        await this.#validateIfDue();
      } catch (error) {
        await this.#saveFinishedSteps(error);
        throw error;
      }
      if (isDue(this.#step, options.checkpointEvery, options.steps)) await this.#save();
    }
    const outcome = this.#step < options.steps || this.#validationDue ? "interrupted" : "completed";
    await this.#save();
    this.#emit({ type: "end", step: this.#step, outcome });
    return {
      outcome,
      step: this.#step,
      seconds: secondsSince(started),
      waitedSeconds: this.#waitedSeconds,
      ...(this.#last && { last: this.#last }),
      ...(this.#validation && { validation: this.#validation }),
      ...(this.#saved && { checkpoint: this.#saved.location }),
    };
  }

  dispose(): void {
    this.#phase?.optimizer.dispose();
  }

  /** Takes over weights and position from the latest checkpoint, if there is one. */
  async #loadCheckpoint(): Promise<StoredCheckpoint | undefined> {
    const { checkpoints, options, random, plugins = {} } = this.#request;
    const stored = await checkpoints?.loadLatest();
    if (stored === undefined) return undefined;
    const { checkpoint, location } = stored;
    checkSameRun(checkpoint, { seed: random.path, options, plugins }, location);
    loadWeights(this.#weights, checkpoint.weights, { label: location });
    const { step, validationDue } = checkpoint.state;
    this.#step = step;
    this.#validationDue = validationDue;
    this.#saved = { location, step, validationDue };
    return stored;
  }

  /** Freezes or frees the encoder; a change starts with a fresh optimiser. */
  #enterPhase(encoderFrozen: boolean): Optimizer {
    const { encoder, options } = this.#request;
    if (this.#phase?.encoderFrozen === encoderFrozen) return this.#phase.optimizer;
    const optimized = optimizedWeights(this.#weights, encoderFrozen, options);
    if (optimized.length === 0) throw nothingToTrain();
    this.#phase?.optimizer.dispose();
    const optimizer = new Optimizer(options.optimizer, optimized);
    this.#phase = { encoderFrozen, optimized, optimizer };
    encoder.frozen = encoderFrozen;
    this.#emit({ type: "phase", step: this.#step, encoder: encoderFrozen ? "frozen" : "trained" });
    return optimizer;
  }

  /** Runs one step whole, or not at all where the signal comes while it waits for data: then returns false. */
  async #trainStep(): Promise<boolean> {
    const { batches, trainable, options, random, signal } = this.#request;
    const { optimizer, optimized } = this.#phase!;
    const started = performance.now();
    const statistics = keepStatistics(this.#weights);
    const mean = new MeanGradients(optimized.map(({ variable }) => variable));
    let isFinished = false;
    try {
      let waitedSeconds = 0;
      for (let part = 0; part < options.gradientAccumulation; part++) {
        const index = this.#step * options.gradientAccumulation + part;
        const waiting = performance.now();
        const host = await unlessAborted(() => batches.batch(index), signal);
        waitedSeconds += secondsSince(waiting);
        if (host === undefined) return false;
        const batch = toBatch(host);
        try {
          mean.add(trainable, batch, { training: true, random: random.split("step").split(index) });
        } finally {
          disposeBatch(batch);
        }
      }
      const { loss, metrics, gradientNorm, nonFiniteCases } = await mean.read();
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        const what = Number.isFinite(loss)
          ? `the loss is ${loss}, but its gradients are not finite`
          : `the loss is ${loss}`;
        const cases = nonFiniteCases.length > 0 ? nonFiniteCases : mean.caseIds;
        throw nonFiniteStep(this.#step + 1, what, cases, this.#saved?.location);
      }
      const learningRate = learningRateAt(this.#step, options);
      tf.tidy(() => {
        const clipped = clipGradients(mean.gradients, options);
        this.#updating = true;
        optimizer.update(clipped, learningRate);
      });
      this.#updating = false;
      this.#step++;
      isFinished = true;
      this.#waitedSeconds += waitedSeconds;
      this.#last = { loss, metrics };
      const seconds = secondsSince(started);
      this.#emit({ type: "step", step: this.#step, loss, metrics, learningRate, gradientNorm, seconds, waitedSeconds });
      return true;
    } finally {
      if (!isFinished) statistics.restore();
      mean.dispose();
      statistics.dispose();
    }
  }

  #isValidationDue(): boolean {
    const { options } = this.#request;
    return isDue(this.#step, options.validateEvery, options.steps);
  }

  #isProbeDue(): boolean {
    const { probe, options } = this.#request;
    return probe !== undefined && isDue(this.#step, probe.every, options.steps);
  }

  /** Validates and probes where it is time to; what the signal kept from being done stays due. */
  async #validateIfDue(): Promise<void> {
    const { trainable, validation, signal } = this.#request;
    if (!this.#validationDue) return;
    // a probe can take a minute; after a validation it is made all the same, or resuming would validate twice
    const validates = validation !== undefined && validation.count > 0 && (this.#isValidationDue() || !this.#isProbeDue());
    if (signal?.aborted && !validates && this.#isProbeDue()) return;
    if (validates) {
      const started = performance.now();
      const figures = await keepingStatistics(this.#weights, () => validate(trainable, validation, signal));
      if (figures === undefined) return;
      this.#validation = figures;
      this.#emit({ type: "validation", step: this.#step, ...figures, seconds: secondsSince(started) });
    }
    if (this.#isProbeDue()) await this.#measureProbe();
    this.#validationDue = false;
  }

  async #measureProbe(): Promise<void> {
    const { probe } = this.#request;
    if (probe === undefined) return;
    const started = performance.now();
    const metrics = await probe.measure();
    this.#emit({ type: "probe", step: this.#step, metrics, seconds: secondsSince(started) });
  }

  /** After an error such as one of memory or of the disk; after numbers that are not finite the last checkpoint is the better start. */
  async #saveFinishedSteps(error: unknown): Promise<void> {
    if (this.#step === 0 || this.#updating || (isSsl3dError(error) && error.code === NOT_FINITE)) return;
    try {
      await this.#save();
    } catch {
      // the error that stopped the run is the one to tell
    }
  }

  async #save(): Promise<void> {
    const { checkpoints, options, random, plugins = {} } = this.#request;
    const [step, validationDue] = [this.#step, this.#validationDue];
    if (checkpoints === undefined) return;
    if (this.#saved?.step === step && this.#saved.validationDue === validationDue) return;
    const { encoderFrozen, optimizer } = this.#phase!;
    const started = performance.now();
    const location = await checkpoints.save({
      state: {
        format: 1,
        step,
        optimizer: { name: optimizer.name, iterations: optimizer.iterations },
        encoderFrozen,
        validationDue,
        seed: random.path,
        options,
        plugins,
      },
      weights: await readWeights(this.#weights),
      optimizer: await readTensors(optimizer.state()),
    });
    this.#saved = { location, step, validationDue };
    this.#emit({ type: "checkpoint", step, location, seconds: secondsSince(started) });
  }

  #emit(event: TrainingEvent): void {
    this.#request.onEvent?.(event);
  }
}

function isDue(step: number, every: number, steps: number): boolean {
  return step === steps || (every > 0 && step % every === 0);
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
