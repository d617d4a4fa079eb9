import { MultiBar, type SingleBar } from 'cli-progress';
import { isSettled, type RunSummary, type StudyRecord } from '#contract/records';
import { formatDuration, formatRate } from './format';
import type { Output } from './output';

/** Shows a study while it runs. */
export interface StudyProgress {
  showStudy(study: StudyRecord): void;
  showRun(run: RunSummary): void;
  stop(): void;
}

/** Makes one bar for the study and one for each running run; one line per finished run where there is no terminal. */
export function createStudyProgress(output: Output): StudyProgress {
  if (output.json) return { showStudy: () => undefined, showRun: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? createBars() : createLines(output);
}

function createBars(): StudyProgress {
  const bars = new MultiBar({
    format: '  {bar} {percentage}%  {title}  {rate}  {left}',
    barsize: 24,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: true,
    gracefulExit: false,
  });
  const whole = bars.create(1, 0, { title: 'study', rate: '', left: '' });
  const running = new Map<string, SingleBar>();
  return {
    showStudy: (study) => {
      const settled = study.steps.filter((step) => step.state !== 'waiting' && isSettled(step.state)).length;
      whole.setTotal(study.steps.length);
      whole.update(settled, { title: `${settled} of ${study.steps.length} runs`, rate: '', left: '' });
    },
    showRun: (run) => {
      const bar = running.get(run.id);
      if (run.state !== 'running') {
        if (bar !== undefined) bars.remove(bar);
        running.delete(run.id);
        return;
      }
      const { progress } = run;
      if (progress === null) return;
      const payload = {
        title: `${run.title}: ${progress.phase}`,
        rate: formatRate(progress.rate, progress.unit),
        left: progress.etaMs === null ? '' : `${formatDuration(progress.etaMs)} left`,
      };
      if (bar === undefined) running.set(run.id, bars.create(progress.total, progress.done, payload));
      else {
        bar.setTotal(progress.total);
        bar.update(progress.done, payload);
      }
    },
    stop: () => bars.stop(),
  };
}

function createLines(output: Output): StudyProgress {
  const told = new Set<string>();
  return {
    showStudy: (study) => {
      for (const step of study.steps) {
        if (step.state === 'waiting' || !isSettled(step.state) || told.has(step.id)) continue;
        told.add(step.id);
        const count = `${told.size}/${study.steps.length}`;
        output.note(`  ${count.padStart(6)}  ${step.title}: ${step.reused ? 'reused' : step.state}`);
      }
    },
    showRun: () => undefined,
    stop: () => undefined,
  };
}
