export function contentsOf(folder: string): Map<string, string>;
export function differences(found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): string[];
