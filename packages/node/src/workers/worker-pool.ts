import type { Example } from "@ssl3d/core";
import type { Worker } from "node:worker_threads";
import type { ExampleRecipe } from "./example-maker.js";
import { startThread } from "./start-thread.js";
import { unpackError, type ExampleReply, type ExampleRequest } from "./protocol.js";

/** Threads that make examples. */
export interface WorkerPool {
  /** Example number `n`, made by the worker of that index. Rejects with the worker's own coded error. */
  make(n: number, worker: number): Promise<Example>;
  /** Ends all threads. Examples under way are dropped. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (example: Example) => void;
  readonly reject: (error: Error) => void;
}

/** Starts `count` threads that work by the recipe. They run until closed. */
export function startWorkerPool(recipe: ExampleRecipe, count: number): WorkerPool {
  const waiting = new Map<number, Waiting>();
  let closed = false;
  let broken: Error | undefined;

  function failAll(error: Error): void {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  const workers = Array.from({ length: count }, () => {
    const worker = startThread("worker", recipe);
    worker.on("message", (reply: ExampleReply) => {
      const request = waiting.get(reply.n);
      waiting.delete(reply.n);
      if ("failure" in reply) request?.reject(unpackError(reply.failure));
      else request?.resolve(reply.example);
    });
    worker.on("error", (error) => failAll(error instanceof Error ? error : new Error(String(error))));
    worker.on("exit", (code) => {
      if (!closed) failAll(new Error(`A data worker ended unexpectedly with exit code ${code}.`));
    });
    return worker;
  });

  return {
    make(n, index) {
      if (broken !== undefined) return Promise.reject(broken);
      const worker = workers[index] as Worker;
      return new Promise((resolve, reject) => {
        waiting.set(n, { resolve, reject });
        worker.postMessage({ n } satisfies ExampleRequest);
      });
    },
    async close() {
      closed = true;
      failAll(new Error("The data workers are closed."));
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
