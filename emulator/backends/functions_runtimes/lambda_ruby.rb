# The Ruby runtime: run as a program of its own in a function's process, with the standard library alone.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and .../ruby-handler.html, .../ruby-context.html
require "json"
require "logger"
require "net/http"

module Paritylab
  # The Runtime API of one environment, over one connection.
  class Api
    def initialize(address)
      host, port = address.split(":")
      @connection = Net::HTTP.new(host, Integer(port), nil)
      @connection.read_timeout = nil
      @connection.max_retries = 0
      @connection.start
    end

    def next_event
      @connection.get("/2018-06-01/runtime/invocation/next")
    end

    def tell(where, body, type = "application/json")
      @connection.post("/2018-06-01/runtime/#{where}", body, "Content-Type" => type)
    end
  end

  # What a handler is told of its invocation.
  class Context
    attr_reader :aws_request_id, :invoked_function_arn, :deadline_ms, :client_context, :identity

    ENVIRONMENT = {
      function_name: "FUNCTION_NAME", function_version: "FUNCTION_VERSION", memory_limit_in_mb: "FUNCTION_MEMORY_SIZE",
      log_group_name: "LOG_GROUP_NAME", log_stream_name: "LOG_STREAM_NAME",
    }.freeze
    ENVIRONMENT.each { |name, variable| define_method(name) { ENV.fetch("AWS_LAMBDA_#{variable}") } }

    def initialize(headers)
      @aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
      @invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
      @deadline_ms = Integer(headers["Lambda-Runtime-Deadline-Ms"])
      client = headers["Lambda-Runtime-Client-Context"]
      @client_context = client && JSON.parse(client)
    end

    def get_remaining_time_in_millis
      [0, @deadline_ms - (Process.clock_gettime(Process::CLOCK_REALTIME) * 1000).to_i].max
    end
  end

  # What _HANDLER names: FILENAME.METHOD or FILENAME.CLASS.METHOD.
  class Handler
    FORM = "must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where FILENAME corresponds with an existing " \
           "Ruby source file FILENAME.rb, CLASS is an optional module/class namespace and METHOD is a callable " \
           "method. If using CLASS, METHOD must be a class-level method."

    def initialize(name)
      @file, *owner, @method = name.split(".")
      raise ArgumentError, "Invalid handler #{name.split(".")}, #{FORM}" if @method.nil? || owner.size > 1

      @owner = owner.first
      require @file
    end

    # The answer's body and its content type.
    def call(event, context)
      receiver = @owner ? Object.const_get(@owner) : TOPLEVEL_BINDING.receiver
      result = receiver.send(@method, event: event, context: context)
      return [result.read, "application/unknown"] if result.respond_to?(:read)

      [JSON.generate(result), "application/json"]
    end
  end

  class << self
    attr_accessor :request_id # of the event at hand

    def json?
      ENV["AWS_LAMBDA_LOG_FORMAT"] == "JSON"
    end
  end

  # Ruby's own lines, with the request they belong to; what belongs together is held together by carriage returns.
  class Lines < ::Logger::Formatter
    def call(severity, time, name, message)
      "#{super.chomp.sub(" -- ", " #{Paritylab.request_id} -- ").tr("\n", "\r")}\n"
    end
  end

  # Lines for programs.
  class Objects < ::Logger::Formatter
    def call(severity, time, name, message)
      found = { timestamp: time.utc.strftime("%Y-%m-%dT%H:%M:%S.%6NZ"), level: severity,
                message: message.is_a?(Exception) ? message.message : msg2str(message),
                requestId: Paritylab.request_id, logger: name }
      if message.is_a?(Exception)
        found.update(errorType: message.class.to_s, errorMessage: message.message, stackTrace: message.backtrace || [])
      end
      "#{JSON.generate(found.compact)}\n"
    end
  end

  # Loggers that write to the function's log do so in Lambda's format.
  module Logging
    LEVEL = ENV.fetch("AWS_LAMBDA_LOG_LEVEL", "INFO").downcase.sub("trace", "debug")

    def initialize(device, *rest, **given)
      return super unless [nil, $stdout, $stderr].include?(device)

      own = { formatter: Lines.new }
      own = { formatter: Objects.new, level: LEVEL } if Paritylab.json?
      super(device || $stdout, *rest, **own, **given)
    end
  end
  ::Logger.prepend(Logging)

  # An exception as the invoker sees it; the frames are the function's own. +stage+ is Function or Init.
  def self.described(error, stage)
    frames = (error.backtrace || []).take_while { |frame| !frame.start_with?("#{__FILE__}:") }
    { errorMessage: error.message, errorType: "#{stage}<#{error.class}>", stackTrace: frames.first(100) }
  end

  def self.log(words, error)
    return puts(JSON.generate(error)) if json?

    puts words, JSON.pretty_generate(error).tr("\n", "\r")
  end

  def self.answer(api, handler, event)
    context = Context.new(event)
    ENV["_X_AMZN_TRACE_ID"] = event["Lambda-Runtime-Trace-Id"]
    where = "invocation/#{self.request_id = context.aws_request_id}"
    api.tell("#{where}/response", *handler.call(JSON.parse(event.body), context))
  rescue Exception => error # rubocop:disable Lint/RescueException (all that a handler may raise is answered)
    found = described(error, "Function")
    leave(api, "Critical exception from handler", found) if error.is_a?(NameError) || !error.is_a?(StandardError)
    log("Error raised from handler method", found)
    api.tell("#{where}/error", JSON.generate(found))
  end

  # The environment has failed: no event shall come to it any more.
  def self.leave(api, words, error)
    log(words, error)
    api.tell("init/error", JSON.generate(error))
    exit!(1)
  end

  def self.main
    $stdout.sync = true
    $LOAD_PATH.unshift(ENV.fetch("LAMBDA_TASK_ROOT"))
    api = Api.new(ENV.fetch("AWS_LAMBDA_RUNTIME_API"))
    begin
      handler = Handler.new(ENV.fetch("_HANDLER"))
    rescue Exception => error # rubocop:disable Lint/RescueException (all that a module may raise is told)
      leave(api, "Init error when loading handler #{ENV.fetch("_HANDLER")}", described(error, "Init"))
    end
    loop { answer(api, handler, api.next_event) }
  end
end

Paritylab.main
