/** What a YAML document of Kubernetes can hold once it is read. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `Array.isArray` does not see a list in what is read-only. */
export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}
