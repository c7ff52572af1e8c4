/**
 * Calls the handlers of all plugins. The call says in which mode: `chain` passes a value through one after the other; `series` tells one
 * after the other; `parallel` tells all at once and waits for all. Modules are loaded when their category is first called.
 */

import { defineError, isBeaconError } from '../errors/beacon-error.ts'
import {
  type Chained,
  type ChainName,
  HOOKS,
  type HookCategory,
  type HookContext,
  type HookTypes,
  type Observer,
  type ObserverName,
} from './hook-types.ts'
import type { Plugin } from './plugin.ts'
import { PLUGIN_INVALID, PLUGIN_UNLOADABLE } from './plugin-errors.ts'

export const HOOK_FAILED = defineError<{ plugin: string; hook: string; reason: string }>({
  code: 'X113',
  name: 'HOOK_FAILED',
  kind: 'user',
  message: ({ plugin, hook, reason }) => `plugin '${plugin}' failed in its hook ${hook}: ${reason}`,
  hint: ({ plugin }) => `mend the plugin, or take '${plugin}' out of the configuration`,
})

interface Handlers {
  readonly plugin: string
  readonly byName: Readonly<Record<string, unknown>>
}

type ValueIn<Handler> = Handler extends Chained<infer Value, infer _Event> ? Value : never
type ChainEvent<Handler> = Handler extends Chained<infer _Value, infer Event> ? Event : never
type ObservedEvent<Handler> = Handler extends Observer<infer Event, infer _Result> ? Event : never
type ObserverResult<Handler> = Handler extends Observer<infer _Event, infer Result> ? Result : never

export class HookRunner {
  readonly #plugins: readonly Plugin[]
  readonly #context: (category: HookCategory) => HookContext
  readonly #loaded = new Map<HookCategory, Promise<readonly Handlers[]>>()

  /** `plugins` in the order of their dependencies: what comes first is around what comes later. */
  constructor(plugins: readonly Plugin[], context: (category: HookCategory) => HookContext) {
    this.#plugins = plugins
    this.#context = context
  }

  /** Whether any plugin has handlers of this category; loads nothing. */
  has(category: HookCategory): boolean {
    return this.#plugins.some(({ hooks }) => hooks?.[category] !== undefined)
  }

  /** What the last handler gives on when `value` goes through all. */
  async chain<Category extends HookCategory, Name extends ChainName<Category>>(
    category: Category,
    name: Name,
    value: ValueIn<HookTypes[Category][Name]>,
    event: ChainEvent<HookTypes[Category][Name]>,
  ): Promise<ValueIn<HookTypes[Category][Name]>> {
    type Value = ValueIn<HookTypes[Category][Name]>
    const handlers = await this.#handlers(category, name as string)
    const from = async (position: number, current: Value): Promise<Value> => {
      const found = handlers[position]
      if (found === undefined) return current
      const handler = found.handler as Chained<Value, unknown>
      const next = (given: Value) => from(position + 1, given)
      return handler(current, next, event)
    }
    return from(0, value)
  }

  /** One after the other; ends with the first that throws. */
  async series<Category extends HookCategory, Name extends ObserverName<Category>>(
    category: Category,
    name: Name,
    event: ObservedEvent<HookTypes[Category][Name]>,
  ): Promise<ObserverResult<HookTypes[Category][Name]>[]> {
    const results: ObserverResult<HookTypes[Category][Name]>[] = []
    for (const { handler } of await this.#handlers(category, name as string)) {
      results.push((await handler(event)) as ObserverResult<HookTypes[Category][Name]>)
    }
    return results
  }

  /** All at once. Every one has ended when it rejects with the first that threw. */
  async parallel<Category extends HookCategory, Name extends ObserverName<Category>>(
    category: Category,
    name: Name,
    event: ObservedEvent<HookTypes[Category][Name]>,
  ): Promise<ObserverResult<HookTypes[Category][Name]>[]> {
    const handlers = await this.#handlers(category, name as string)
    const ended = await Promise.allSettled(handlers.map(async ({ handler }) => handler(event)))
    return ended.map((end) => {
      if (end.status === 'rejected') throw end.reason
      return end.value as ObserverResult<HookTypes[Category][Name]>
    })
  }

  /** The handlers of one plugin, as it made them. */
  async handlersOf(plugin: string, category: HookCategory): Promise<Readonly<Record<string, unknown>>> {
    const all = await this.#all(category)
    return all.find((one) => one.plugin === plugin)?.byName ?? {}
  }

  async #handlers(category: HookCategory, name: string) {
    const all = await this.#all(category)
    return all.flatMap(({ plugin, byName }) => {
      const handler = byName[name]
      if (typeof handler !== 'function') return []
      return [{ handler: naming(plugin, `${category}.${name}`, handler as Handler) }]
    })
  }

  #all(category: HookCategory): Promise<readonly Handlers[]> {
    const loading = this.#loaded.get(category) ?? this.#load(category)
    this.#loaded.set(category, loading)
    return loading
  }

  async #load(category: HookCategory): Promise<readonly Handlers[]> {
    const hooked = this.#plugins.filter(({ hooks }) => hooks?.[category] !== undefined)
    return Promise.all(
      hooked.map(async ({ id, hooks }) => {
        const factory = await loadFactory(id, category, hooks![category]!)
        const make = naming(id, category, factory)
        const byName = (await make(this.#context(category))) as Readonly<Record<string, unknown>>
        checkNames(id, category, byName)
        return { plugin: id, byName }
      }),
    )
  }
}

type Handler = (...args: unknown[]) => unknown

/** What a handler throws says whose it was, unless it is an error for people already. */
function naming(plugin: string, hook: string, handler: Handler): Handler {
  return async (...args) => {
    try {
      return await handler(...args)
    } catch (cause) {
      if (isBeaconError(cause)) throw cause
      throw HOOK_FAILED(
        { plugin, hook, reason: cause instanceof Error ? cause.message : String(cause) },
        cause,
      )
    }
  }
}

async function loadFactory(
  id: string,
  category: HookCategory,
  load: () => Promise<{ readonly default: unknown }>,
): Promise<Handler> {
  const what = `its ${category} hooks`
  const module = await load().catch((cause: unknown) => {
    throw PLUGIN_UNLOADABLE(
      { plugin: id, what, reason: cause instanceof Error ? cause.message : String(cause) },
      cause,
    )
  })
  if (typeof module.default !== 'function') {
    throw PLUGIN_INVALID({
      plugin: id,
      reason: `the module of ${what} has no function as its default export`,
    })
  }
  return module.default as Handler
}

function checkNames(plugin: string, category: HookCategory, handlers: unknown): void {
  const known: readonly string[] = HOOKS[category]
  for (const name of Object.keys(handlers ?? {})) {
    if (known.includes(name)) continue
    throw PLUGIN_INVALID({ plugin, reason: `there is no hook ${category}.${name}, but ${known.join(', ')}` })
  }
}
