import { Ssl3dError } from "@ssl3d/core";

/** A package that a plugin needs beside it is missing or of the wrong version. */
export function pluginMissingPeer(packageName: string, peer: string, range: string, version: string | undefined): Ssl3dError {
  const received = version === undefined ? "it is not installed" : `version ${version} is installed`;
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_PEER",
    message: `${packageName} needs ${peer} ${range}, but ${received}.`,
    fix: `Run npm install "${peer}@${range}".`,
    facts: { package: packageName, peer, range, version },
  });
}

/** A plugin package cannot be read or imported. */
export function pluginPackageUnusable(packageName: string, reason: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_UNUSABLE",
    message: `The plugin package ${packageName} cannot be used: ${reason.replace(/\.$/, "")}.`,
    fix: `Install it again (npm install ${packageName}), or tell its author.`,
    facts: { package: packageName },
    cause,
  });
}

/** A package's manifest names an export that is another plugin. */
export function pluginWrongExport(
  expected: { readonly package: string; readonly export: string; readonly kind: string; readonly name: string },
  received: { readonly kind: string; readonly name: string },
): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_EXPORT",
    message:
      `The manifest of ${expected.package} says that its export "${expected.export}" is the ${expected.kind} ` +
      `"${expected.name}", but it is the ${received.kind} "${received.name}".`,
    fix: `Correct "ssl3d" in the package.json of ${expected.package}, or tell its author.`,
    facts: { ...expected, received: `${received.kind}/${received.name}` },
  });
}

/** A task or encoder for images of another number of dimensions. */
export function pluginRank(kind: string, name: string, ranks: readonly number[], received: number, folder: string): Ssl3dError {
  const takes = ranks.length === 0 ? "images of no common number of dimensions" : ranks.map((rank) => `${rank}D images`).join(" or ");
  return new Ssl3dError({
    code: "SSL3D_PLUGIN_RANK",
    message: `The ${kind} "${name}" takes ${takes}, but those made from ${folder} are ${received}D.`,
    fix: received === 3 ? 'Set data.slices to "axial" to work on slices, or choose another plugin (ssl3d plugins).' : "Choose another plugin (ssl3d plugins), or other data.",
    facts: { kind, name, ranks, received, folder },
  });
}

/** A plugin's examples hold nothing that an encoder could take. */
export function exampleWithoutImage(plugin: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_EXAMPLE_WITHOUT_IMAGE",
    message: `The examples of "${plugin}" hold no image: a float32 array with 2 or 3 spatial axes and channels.`,
    fix: "Tell the plugin's author: example() must return the image among its arrays.",
    facts: { plugin },
  });
}
