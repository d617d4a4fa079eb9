/** AssemblyScript, compiled when the program is built: what the WebAssembly module exports. */
declare module '*.as' {
  const exports: unknown;
  export default exports;
}
