/** Freezes plain data to its leaves. Instances of classes, which a plugin's section may hold, are their owners' to guard. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value
  for (const item of Object.values(Object.freeze(value))) deepFreeze(item)
  return value
}
