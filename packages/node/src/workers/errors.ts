import { Ssl3dError } from "@ssl3d/core";

interface CaseChannels {
  readonly id: string;
  readonly channels: number;
}

/** Cases of one data set have different numbers of channels. */
export function caseChannels(one: CaseChannels, other: CaseChannels, folder: string): Ssl3dError {
  const text = ({ id, channels }: CaseChannels): string => `"${id}" has ${channels} channel${channels === 1 ? "" : "s"}`;
  return new Ssl3dError({
    code: "SSL3D_CASE_CHANNELS",
    message: `All cases of ${folder} must have the same channels, but ${text(one)}, and ${text(other)}.`,
    fix: "Move the cases that lack or exceed channels out of the folder, or name the others in data.cases.",
    facts: { folder, one, other },
  });
}
