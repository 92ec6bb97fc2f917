#include "acs/errands.h"

enum err errands_start(const struct errands_config *config, struct errands *ret)
{
    *ret = (struct errands){0};
    TRY(importer_start(
        &(struct importer_config){
            .pool = config->pool, .policy = config->policy, .may_run = config->may_run, .ctx = config->ctx},
        &ret->importer));
    TRY(exporter_start(
        &(struct exporter_config){.pool = config->pool, .may_run = config->may_run, .ctx = config->ctx},
        &ret->exporter));
    return campaign_runner_start(
        &(struct campaign_runner_config){
            .pool = config->pool, .release = config->release, .may_run = config->may_run, .ctx = config->ctx},
        &ret->campaigns);
}

void errands_stop(struct errands *errands)
{
    campaign_runner_stop(errands->campaigns);
    exporter_stop(errands->exporter);
    importer_stop(errands->importer);
}
