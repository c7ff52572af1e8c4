/** A type that nothing has, so that the compiler quotes its message where it is asked for. */
export interface Problem<Message extends string> {
  readonly problem: { readonly [Never in Message]: never }
}
