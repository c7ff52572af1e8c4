/** The tasks that every project has, made with the API that plugins use. */

export const builtInTasks = {}
