export interface AddonOptions {
  readonly root: URL;
  readonly name: string;
  readonly flags: readonly string[];
  readonly libraries?: readonly string[];
  readonly prebuilt?: boolean;
}

export interface AddonBuild {
  readonly folder: string;
  isUpToDate(): boolean;
  /** Why it failed; undefined: it is built. */
  compile(): string | undefined;
}

export function addonBuild(options: AddonOptions): AddonBuild;
export function buildOptionalAddon(options: AddonOptions & { readonly what: string; readonly without: string }): void;
