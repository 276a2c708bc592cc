import { run } from "../src/train/run.ts";
import { featureExtraction, fineTuning, hybrid } from "../src/train/strategy.ts";
async function main(){
const [data,out,strategy,unfreeze,epochs,lr,size]=process.argv.slice(2);
const s= strategy==="fe"?featureExtraction({epochs:Number(epochs),learningRate:Number(lr)}):strategy==="ft"?fineTuning({unfreeze,epochs:Number(epochs),learningRate:Number(lr)} as any):hybrid({unfreeze,epochs:epochs!.split(",").map(Number),learningRate:lr!.split(",").map(Number)} as any);
for await (const e of run({data:data!,out:out!,weights:process.env.W??"small",width:1,strategy:s,dropout:0,batchSize:32,size:size?Number(size):null,augment:(process.env.AUG??"light") as any,views:Number(process.env.VIEWS??1),validation:0.3,loss:{labelSmoothing:0,classWeighting:"keras"},l2:0,clipNorm:null,monitor:"accuracy",seed:0,threads:2,cachePrecision:"float16"},()=>false)) {
 if(e.type==="step") continue;
 if(e.type==="progress") { process.stdout.write("\r"+e.phase+" "+e.done+"/"+e.total+" "+e.imagesPerSecond.toFixed(1)); continue;}
 if(e.type==="end"){ console.log(e.report.validation.accuracy, e.report.validation.accuracyInterval, e.report.seconds, e.report.stages.map(s=>s.frozen)); continue;}
 console.log("\n"+JSON.stringify(e).slice(0,600));
}
process.exit(0);
}
main();
