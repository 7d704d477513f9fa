/** A command line's options, each as `--name=value`, in the order given. */
export function commandFlags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
