/** Gives back what it is made with: a class that extends it writes its private fields on that. */
class Given {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what it is for.
    return value
  }
}

/**
 * What was made here says so in a private field of its own, which nobody else can write, read, copy or forge: a proxy has none, and neither has a
 * copy. Cheaper than a weak set by far, as there is nothing to look up, and nothing for the garbage collector to go through.
 */
class OwnData extends Given {
  /** How many levels of objects and lists it has. */
  readonly #levels: number
  #isBlock = false

  constructor(value: object, levels: number) {
    super(value)
    this.#levels = levels
  }

  static levelsOf(value: object): number | undefined {
    return #levels in value ? value.#levels : undefined
  }

  static isBlock(value: object): boolean {
    return #isBlock in value && value.#isBlock
  }

  static becomeBlock(value: object): void {
    if (#isBlock in value) value.#isBlock = true
  }
}

class OwnTurn extends Given {
  readonly #isTurn = true

  static has(value: object): boolean {
    return #isTurn in value
  }
}

/** Says of plain data that it was made here. To be called before it is frozen, as what nobody can extend can be given no field. */
export function markData(value: object, levels: number): void {
  new OwnData(value, levels)
}

/** How many levels of objects and lists the data has; undefined where it was not made here. */
export function levelsOfData(value: object): number | undefined {
  return OwnData.levelsOf(value)
}

/** Says of data that was made here that it has the shape of a block. */
export function markBlock(data: object): void {
  OwnData.becomeBlock(data)
}

export function isMarkedBlock(value: object): boolean {
  return OwnData.isBlock(value)
}

/** Says of a turn that it was made here; before it is frozen. */
export function markTurn(turn: object): void {
  new OwnTurn(turn)
}

export function isMarkedTurn(value: object): boolean {
  return OwnTurn.has(value)
}
