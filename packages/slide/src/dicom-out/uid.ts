/** New identifiers without a registered root: a UUID as a number. Source: PS3.5, annex B.2. */
export const newUid = (): string => `2.25.${BigInt(`0x${crypto.randomUUID().replaceAll('-', '')}`)}`;
