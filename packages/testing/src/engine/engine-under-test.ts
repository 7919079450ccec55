/** An engine and how close to the reference it has to come. */
export interface EngineUnderTest {
  /** Its tfjs name. */
  readonly backend: string;
  /** Largest difference allowed, relative to the largest magnitude of an array. */
  readonly tolerance: number;
  /** Whether inputs have few enough bits for bfloat16. */
  readonly coarse: boolean;
}
