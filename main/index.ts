import { runElectron } from '#electron/run-electron';

runElectron(import.meta.dirname);
