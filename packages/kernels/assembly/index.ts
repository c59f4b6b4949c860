export { activationBackward, activationForward, heapBase, isRelaxed, standardise } from './activation';
export {
  normaliseColumns, normaliseColumnsBackward, normaliseSignal, normaliseSignalBackward,
} from './batch-norm';
export { convForward, convInputGradient, convScratchFloats, convWeightGradient } from './conv';
export { gatherRows, scatterGathered, scatterRows, scatterSteps } from './gather';
export { clear, copyColumns, gemm, gemmTransposed, sumRows } from './gemm';
export { gruBackward, gruForward } from './gru';
export { lstmBackward, lstmForward } from './lstm';
export { softmaxCrossEntropy } from './loss';
export { clipByNorm, weightedCrossEntropy } from './objective';
export { adam, lion, rmsprop, sgd } from './optimizers';
export { multiplyAddPeak } from './peak';
export { poolBackward, poolForward } from './pool';
export { dropout, philoxBlock, shuffledOrder } from './random';
export { areaUnderCurve, rankRows } from './ranking';
export { attendSteps, attendStepsBackward, meanSteps, meanStepsBackward } from './sequence-pool';
export { transpose } from './transpose';
