import { Progress as Figures, type TrainingEvent } from "@ssl3d/core";
import { formatDuration } from "@ssl3d/node";

/** Where progress goes: a terminal gets one line that is rewritten, anything else a plain line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows how a training run goes. */
export interface Progress {
  readonly onEvent: (event: TrainingEvent) => void;
  /** A line that stays. */
  readonly log: (text: string) => void;
  /** Something that passes: rewritten on a terminal, else shown now and then, or always where `last`. */
  readonly show: (text: string, last: boolean) => void;
  /** Ends the line under way. */
  readonly close: () => void;
}

/** Seconds between lines where there is no terminal. */
const LINE_EVERY_SECONDS = 5;

/** Shows training on a stream: step, loss and metrics, steps a second, time left. `now` is a clock in seconds. */
export function createProgress(stream: ProgressStream, now: () => number = () => performance.now() / 1000): Progress {
  const figures = new Figures();
  let open = false;
  let lastLine = -Infinity;
  let startStep = 0;

  function log(text: string): void {
    if (open) stream.write("\r\u001b[K");
    open = false;
    stream.write(`${text}\n`);
  }

  function show(text: string, last: boolean): void {
    if (stream.isTTY === true) {
      stream.write(`\r\u001b[K${text.slice(0, (stream.columns ?? 80) - 1)}`);
      open = true;
    } else if (last || now() - lastLine >= LINE_EVERY_SECONDS) {
      lastLine = now();
      stream.write(`${text}\n`);
    }
  }

  function onEvent(event: TrainingEvent): void {
    figures.add(event);
    switch (event.type) {
      case "start":
        startStep = event.step;
        if (event.resumedFrom !== undefined) log(`continuing after step ${event.step} from ${event.resumedFrom}`);
        break;
      case "phase":
        if (event.step > startStep || event.encoder === "frozen") log(`encoder ${event.encoder} from step ${event.step + 1} on`);
        break;
      case "step": {
        const { steps, stepsPerSecond, secondsLeft, dataWaitShare } = figures.figures();
        const rate = stepsPerSecond >= 1 ? `${stepsPerSecond.toFixed(1)} steps/s` : `${(1 / stepsPerSecond).toFixed(1)} s/step`;
        const waiting = dataWaitShare > 0.05 ? `  ${Math.round(dataWaitShare * 100)} % waiting for data` : "";
        const left = `${formatDuration(secondsLeft ?? 0)} left`;
        show(`step ${event.step}/${steps}  ${listFigures(event)}  ${rate}  ${left}${waiting}`, event.step === steps);
        break;
      }
      case "validation":
        log(`validation after step ${event.step}  ${listFigures(event)}`);
        break;
      case "probe":
        // of a single case there is nothing to measure
        if (Object.keys(event.metrics).length > 0) log(`probe after step ${event.step}  ${listFigures(event)}`);
        break;
      case "checkpoint":
        log(`saved ${event.location}`);
        break;
      case "end":
        break;
      default:
        event satisfies never;
    }
  }

  return {
    onEvent,
    log,
    show,
    close: () => {
      if (open) stream.write("\n");
      open = false;
    },
  };
}

function listFigures({ loss, metrics }: { readonly loss?: number; readonly metrics: Readonly<Record<string, number>> }): string {
  return Object.entries({ ...(loss !== undefined && { loss }), ...metrics })
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join("  ");
}
