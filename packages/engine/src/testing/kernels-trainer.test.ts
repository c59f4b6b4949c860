import { describeTrainer, kernelsStepTrainer } from '../testing.ts';

describeTrainer(kernelsStepTrainer('relaxed'));
describeTrainer(kernelsStepTrainer('plain'));
