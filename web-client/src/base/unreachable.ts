/** For the `default` of a switch over a union: a new member fails to compile here, an unknown one is ignored. */
export function unreachable<T>(_never: never, otherwise: T): T {
  return otherwise;
}
