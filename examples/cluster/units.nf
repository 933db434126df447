// Units of a run that are ready, by Nextflow: nextflow run units.nf --run runs/small
process unit {
    cpus 2
    maxRetries 10
    errorStrategy { task.exitStatus == 75 || task.exitStatus > 128 ? 'retry' : 'ignore' }

    input:
    val id

    script:
    "ftu unit '${file(params.run).toAbsolutePath()}' '${id}' --threads ${task.cpus} --until-set-aside"
}

workflow {
    def list = ['ftu', 'unit', params.run, '--list', '--json'].execute().text
    def units = new groovy.json.JsonSlurper().parseText(list).units
    unit(channel.fromList(units.findAll { one -> one.state == 'ready' }.collect { one -> one.id }))
}
