import type { TrainingEvent } from "./events.js";

/** How far a run is. */
export interface ProgressFigures {
  /** Finished steps. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** 0 until the first step is done. */
  readonly stepsPerSecond: number;
  /** Estimated from recent steps and the validations, probes and checkpoints so far; undefined until the first step is done. */
  readonly secondsLeft: number | undefined;
  /** Share of the steps' time in which the loop stood still for want of a batch, 0 to 1. */
  readonly dataWaitShare: number;
}

/** Weight of the newest step in the running mean of seconds per step. */
const NEWEST = 0.1;

/** Works out rate and time left from a run's events. Pure: it reads no clock. */
export class Progress {
  #start = 0;
  #step = 0;
  #steps = 0;
  #secondsPerStep: number | undefined;
  #stepSeconds = 0;
  #waitedSeconds = 0;
  /** Validations, probes and checkpoints. */
  #otherSeconds = 0;

  /** Takes in the next event. */
  add(event: TrainingEvent): void {
    switch (event.type) {
      case "start":
        this.#start = this.#step = event.step;
        this.#steps = event.steps;
        break;
      case "step": {
        // the mean of all steps at first, a running mean once there are enough
        const weight = Math.max(NEWEST, 1 / (event.step - this.#start));
        const before = this.#secondsPerStep ?? event.seconds;
        this.#secondsPerStep = before + weight * (event.seconds - before);
        this.#step = event.step;
        this.#stepSeconds += event.seconds;
        this.#waitedSeconds += event.waitedSeconds;
        break;
      }
      case "validation":
      case "probe":
      case "checkpoint":
        this.#otherSeconds += event.seconds;
        break;
      case "phase":
      case "end":
        break;
      default:
        event satisfies never;
    }
  }

  /** The figures after the events so far. */
  figures(): ProgressFigures {
    const done = this.#step - this.#start;
    const secondsPerStep = this.#secondsPerStep;
    return {
      step: this.#step,
      steps: this.#steps,
      stepsPerSecond: secondsPerStep === undefined ? 0 : 1 / secondsPerStep,
      secondsLeft:
        secondsPerStep === undefined
          ? undefined
          : (this.#steps - this.#step) * (secondsPerStep + this.#otherSeconds / done),
      dataWaitShare: this.#stepSeconds === 0 ? 0 : this.#waitedSeconds / this.#stepSeconds,
    };
  }
}
