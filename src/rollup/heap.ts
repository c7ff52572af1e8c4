/** A binary heap: the least item, by `compare`, in O(log n). */
export class Heap<Item> {
  readonly #compare: (a: Item, b: Item) => number
  #items: Item[] = []

  constructor(compare: (a: Item, b: Item) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#items.length
  }

  peek(): Item | undefined {
    return this.#items[0]
  }

  push(item: Item): void {
    this.#items.push(item)
    this.#rise(this.#items.length - 1)
  }

  pop(): Item | undefined {
    const least = this.#items[0]
    const last = this.#items.pop()
    if (this.#items.length > 0) {
      this.#items[0] = last!
      this.#sink(0)
    }
    return least
  }

  /** Holds exactly `items` afterwards; O(n). */
  rebuild(items: Iterable<Item>): void {
    this.#items = [...items]
    for (let at = (this.#items.length >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  #rise(from: number): void {
    const items = this.#items
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1
      if (this.#compare(items[at]!, items[parent]!) >= 0) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(from: number): void {
    const items = this.#items
    for (let at = from; ; ) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.#compare(items[child]!, items[least]!) < 0) least = child
      }
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #swap(a: number, b: number): void {
    const items = this.#items
    const item = items[a]!
    items[a] = items[b]!
    items[b] = item
  }
}
