/**
 * How many directions features spread over: the exponential of the entropy of the normalised eigenvalues of their covariance
 * (Roy and Vetterli 2007, doi:10.5281/zenodo.40423). Between 1, all on one line, and min(samples - 1, features); 0 where all samples are equal.
 * A fall towards 1 during pretraining is a collapse.
 * @param features [samples, features]
 */
export function effectiveRank(features: Float32Array, samples: number): number {
  const width = features.length / samples;
  // the Gram matrix of centred samples has the covariance's eigenvalues other than 0, and is small
  const means = new Float64Array(width);
  for (let i = 0; i < features.length; i++) means[i % width]! += features[i]! / samples;
  const gram = Array.from({ length: samples }, () => new Float64Array(samples));
  for (let a = 0; a < samples; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (features[a * width + i]! - means[i]!) * (features[b * width + i]! - means[i]!);
      gram[a]![b] = gram[b]![a] = sum;
    }
  }
  const eigenvalues = eigenvaluesOf(gram).map((value) => Math.max(0, value));
  const total = eigenvalues.reduce((sum, value) => sum + value, 0);
  // what rounding to float32 leaves of equal samples is no spread
  const scale = means.reduce((sum, mean) => sum + mean * mean, 0) * samples;
  if (total <= 1e-12 * scale || total === 0) return 0;
  const entropy = eigenvalues.reduce((sum, value) => (value === 0 ? sum : sum - (value / total) * Math.log(value / total)), 0);
  return Math.exp(entropy);
}

const SWEEPS = 30;

/** Eigenvalues of a symmetric matrix, in no order, by Jacobi rotations; overwrites it. */
function eigenvaluesOf(matrix: readonly Float64Array[]): number[] {
  const size = matrix.length;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rest = 0;
    let trace = 0;
    for (let p = 0; p < size; p++) {
      trace += Math.abs(matrix[p]![p]!);
      for (let q = p + 1; q < size; q++) {
        rest += Math.abs(matrix[p]![q]!);
        rotate(matrix, p, q);
      }
    }
    if (rest <= 1e-14 * trace) break;
  }
  return matrix.map((row, index) => row[index]!);
}

/** Makes the element (p, q) zero. */
function rotate(matrix: readonly Float64Array[], p: number, q: number): void {
  const [rowP, rowQ] = [matrix[p]!, matrix[q]!];
  if (rowP[q] === 0) return;
  const theta = (rowQ[q]! - rowP[p]!) / (2 * rowP[q]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (const row of matrix) [row[p], row[q]] = [c * row[p]! - s * row[q]!, s * row[p]! + c * row[q]!];
  for (let k = 0; k < matrix.length; k++) [rowP[k], rowQ[k]] = [c * rowP[k]! - s * rowQ[k]!, s * rowP[k]! + c * rowQ[k]!];
}
