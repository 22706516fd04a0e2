/** The way from an object to something inside it: names of fields, and indexes of lists from 0. */
export type Path = readonly (string | number)[];

/** As `kubectl` writes it: `spec.rules[0].from`, and `metadata.labels[app.kubernetes.io/name]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number' || /[^\w-]/.test(step)) return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
