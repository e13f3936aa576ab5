/** The command line is wrong: exit code 2, and a pointer to the help. */
export class UsageError extends Error {}

/** Something that the user can put right: exit code 1, and one sentence that says what to do. */
export class Failure extends Error {}
