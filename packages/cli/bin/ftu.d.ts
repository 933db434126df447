/** Importing it runs the command line of the process. */
export {};
