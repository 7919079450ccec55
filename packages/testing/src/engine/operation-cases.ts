import { convolutionCases } from "./convolution-cases.js";
import { elementwiseCases } from "./elementwise-cases.js";
import { exampleLossCases, voxelLossCases } from "./loss-cases.js";
import { matrixCases } from "./matrix-cases.js";
import { movementCases } from "./movement-cases.js";
import { networkCases } from "./network-cases.js";
import type { OperationCase } from "./operation-case.js";
import { reductionCases } from "./reduction-cases.js";

/** Every operation that training uses, in 2D and 3D, in the shapes that networks have and some odd ones. */
export function operationCases(): OperationCase[] {
  const spatial = ([2, 3] as const).flatMap((rank) =>
    [convolutionCases, networkCases, voxelLossCases, elementwiseCases, reductionCases, movementCases]
      .flatMap((casesOf) => casesOf(rank))
      .map((one) => ({ ...one, name: `${rank}D ${one.name}` })),
  );
  return [...spatial, ...matrixCases(), ...exampleLossCases()];
}
